//! The mean of the values around each pixel, by running sums: constant time for each pixel.

/// Means over a square of about `side`, cut at the edge, row by row.
///
/// One running sum for each column slides down, one along the row, so only a row of sums is kept.
pub(super) fn means(
    values: &[u8],
    (width, height): (usize, usize),
    side: usize,
) -> impl Iterator<Item = f32> + '_ {
    let reach = side / 2;
    let mut columns = vec![0_u64; width];
    let row_of = move |y: usize| &values[y * width..(y + 1) * width];
    for y in 0..reach.min(height) {
        add(&mut columns, row_of(y));
    }
    (0..height).flat_map(move |y| {
        if y + reach < height {
            add(&mut columns, row_of(y + reach));
        }
        if y > reach {
            for (sum, &value) in columns.iter_mut().zip(row_of(y - reach - 1)) {
                *sum -= u64::from(value);
            }
        }
        let rows = (y + reach + 1).min(height) - y.saturating_sub(reach);
        along(&columns, reach, rows)
    })
}

fn add(columns: &mut [u64], row: &[u8]) {
    for (sum, &value) in columns.iter_mut().zip(row) {
        *sum += u64::from(value);
    }
}

fn along(columns: &[u64], reach: usize, rows: usize) -> Vec<f32> {
    let width = columns.len();
    let mut sum: u64 = columns[..reach.min(width)].iter().sum();
    (0..width)
        .map(|x| {
            if x + reach < width {
                sum += columns[x + reach];
            }
            if x > reach {
                sum -= columns[x - reach - 1];
            }
            let count = rows * ((x + reach + 1).min(width) - x.saturating_sub(reach));
            sum as f32 / count as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_means_equal_adding_up_every_neighbour() {
        let (width, height) = (13, 9);
        let values: Vec<u8> = (0..width * height).map(|i| (i * 53 % 256) as u8).collect();
        for side in [1, 5, 9, 101] {
            let reach = side / 2;
            let found: Vec<f32> = means(&values, (width, height), side).collect();
            for (i, &mean) in found.iter().enumerate() {
                let (x, y) = (i % width, i / width);
                let near = values.iter().enumerate().filter(|(j, _)| {
                    x.abs_diff(j % width) <= reach && y.abs_diff(j / width) <= reach
                });
                let near: Vec<f64> = near.map(|(_, v)| f64::from(*v)).collect();
                let expected = near.iter().sum::<f64>() / near.len() as f64;
                assert!(
                    (f64::from(mean) - expected).abs() < 1e-4,
                    "pixel {i}, side {side}"
                );
            }
        }
    }
}
