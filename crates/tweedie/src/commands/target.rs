//! A size that a person wants, and the enlargement that leads to it.
//!
//! Enlargements restore by whole factors. A size between two of them is reached from the larger one:
//! the result is reduced with a Lanczos filter, which invents nothing.

use anyhow::Result;
use engine::{Chain, Spec};
use imaging::Photo;

use crate::cli::TargetArgs;
use crate::failure::misuse;

/// The largest factor of one enlargement.
const MOST: usize = 16;

/// How a size is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The damage, with the factor.
    pub(super) operator: Chain,
    /// Width and height in the end.
    pub(super) size: (usize, usize),
}

/// The way to the size that was asked for, from a photo of this width and height; `None` if none was.
pub(super) fn plan(
    asked: TargetArgs,
    operator: &Chain,
    (width, height): (usize, usize),
    has_mask: bool,
) -> Result<Option<Target>> {
    let fitted = match (asked.size, asked.long_side) {
        (Some((w, h)), _) => (w as f64 / width as f64).min(h as f64 / height as f64),
        (None, Some(side)) => side as f64 / width.max(height) as f64,
        (None, None) => return Ok(None),
    };
    let side = |pixels: usize| ((pixels as f64 * fitted).round() as usize).max(1);
    let size = (side(width), side(height));
    if fitted <= 1.0 {
        return misuse(format!(
            "the photo is {width} x {height} pixels already, and {} x {} is no larger; --size and \
             --long-side enlarge",
            size.0, size.1
        ));
    }
    // Rounding may have put a side just above the product.
    let factor = (fitted - 1e-9).ceil().max(2.0) as usize;
    if factor > MOST {
        return misuse(format!(
            "{} x {} is {fitted:.1} times the photo; at most {MOST} times can be restored",
            size.0, size.1
        ));
    }
    let operator = with_factor(operator, factor, has_mask)?;
    Ok(Some(Target { operator, size }))
}

/// The damage with its reduction by this factor. Who names no damage and no mask has a small picture.
fn with_factor(operator: &Chain, factor: usize, has_mask: bool) -> Result<Chain> {
    let reduces = |spec: &&mut Spec| matches!(spec.name.as_str(), "bicubic" | "box");
    let mut chain = operator.clone();
    let unnamed = matches!(&chain.0[..], [only] if only.name == "inpaint");
    if unnamed && !has_mask {
        let enlargement = Spec::named("bicubic").with("factor", factor);
        return Ok(Chain(vec![enlargement]));
    }
    let mut found: Vec<&mut Spec> = chain.0.iter_mut().filter(reduces).collect();
    let [only] = &mut found[..] else {
        return misuse(format!(
            "--size and --long-side need one reduction (bicubic or box) to choose the factor of, and \
             `{operator}` has {}",
            if found.is_empty() { "none" } else { "several" }
        ));
    };
    if only.parameters.contains_key("factor") {
        return misuse(format!(
            "`{only}` names its factor, and --size or --long-side another; leave one out"
        ));
    }
    **only = only.clone().with("factor", factor);
    Ok(chain)
}

/// The result at the size that was asked for.
pub(super) fn reduced(photo: &Photo, (width, height): (usize, usize)) -> Photo {
    if (photo.width(), photo.height()) == (width, height) {
        return photo.clone();
    }
    photo.with_pixels(&photo.planar(photo.bounds()).resized(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(
        size: Option<(usize, usize)>,
        long: Option<usize>,
        chain: &str,
    ) -> Result<Option<Target>> {
        let asked = TargetArgs {
            size,
            long_side: long,
        };
        let chain: Chain = chain.parse().expect("well written");
        plan(asked, &chain, (300, 200), false)
    }

    #[test]
    fn the_next_larger_factor_is_restored_and_proportions_stay() {
        let of = |size, long, chain| {
            let target = planned(size, long, chain)
                .expect("possible")
                .expect("asked");
            (target.operator.to_string(), target.size)
        };
        let bicubic = |factor| format!("bicubic:factor={factor}");
        assert_eq!(
            of(Some((600, 400)), None, "inpaint"),
            (bicubic(2), (600, 400))
        );
        assert_eq!(
            of(Some((700, 9000)), None, "bicubic"),
            (bicubic(3), (700, 467))
        );
        assert_eq!(of(None, Some(301), "bicubic"), (bicubic(2), (301, 201)));
        let box_blur = "gaussian-blur:std=2+box";
        let (operator, size) = of(None, Some(1199), box_blur);
        assert_eq!(
            (operator.as_str(), size),
            ("gaussian-blur:std=2+box:factor=4", (1199, 799))
        );
        assert_eq!(planned(None, None, "inpaint").expect("possible"), None);
    }

    #[test]
    fn what_is_no_enlargement_is_refused() {
        for (long, chain, word) in [
            (300, "bicubic", "no larger"),
            (9000, "bicubic", "at most 16"),
            (600, "bicubic:factor=4", "leave one out"),
            (600, "gaussian-blur:std=2", "none"),
            (600, "box+bicubic", "several"),
        ] {
            let error = planned(None, Some(long), chain).expect_err("not possible");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
