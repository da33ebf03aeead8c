//! How well a few typed letters match a name: the letters must occur in order; matches at the
//! starts of words and in a row count more.

/// Higher is better; `None` when a letter is missing. Case and spaces do not count, and nothing
/// typed matches everything alike.
#[must_use]
pub(crate) fn score(typed: &str, name: &str) -> Option<i32> {
    let typed: Vec<char> = typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    if typed.is_empty() {
        return Some(0);
    }
    // best[j]: the best score of the letters so far whose last one lies on name[j].
    let mut best: Vec<Option<i32>> = Vec::new();
    for (index, letter) in typed.iter().enumerate() {
        let mut next = vec![None; name.len()];
        let mut before: Option<i32> = (index == 0).then_some(0);
        for (at, found) in name.iter().enumerate() {
            if index > 0 && at > 0 {
                before = before.max(best[at - 1].map(|score| score - 1));
            }
            if found != letter {
                continue;
            }
            let word = at == 0 || !name[at - 1].is_alphanumeric();
            let adjacent = at.checked_sub(1).and_then(|last| {
                let in_a_row = index > 0;
                in_a_row.then(|| best[last]).flatten()
            });
            let here = 1 + if word { 8 } else { 0 };
            next[at] = before
                .map(|score| score + here)
                .max(adjacent.map(|score| score + here + 6));
        }
        best = next;
    }
    let score = best.into_iter().flatten().max()?;
    // Of equally good matches the shorter name is the closer one.
    Some(8 * score - i32::try_from(name.len().min(200)).unwrap_or(200))
}

#[cfg(test)]
mod tests {
    use super::super::fuzzy::score;

    fn better(typed: &str, good: &str, bad: &str) {
        assert!(score(typed, good) > score(typed, bad), "{typed}: {good}");
    }

    #[test]
    fn letters_must_occur_in_order() {
        assert!(score("rst", "Restore").is_some());
        assert!(score("tsr", "Restore").is_none());
        assert!(score("zoomin", "Zoom in").is_some());
        assert_eq!(score("", "Anything"), Some(0));
        assert_eq!(score("x", ""), None);
    }

    #[test]
    fn starts_of_words_and_runs_count_more() {
        better("im", "Invert mask", "Dim");
        better("mask", "Clear mask", "Amuse a skater");
        better("ex", "Export…", "Next");
        better("save", "Save session", "Save session as…");
        better("é", "É", "Évasé");
    }
}
