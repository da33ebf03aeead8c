//! Discrete Fourier transforms of any length, eight lines at a time.
//!
//! `X_k = Σ_j x_j exp(-2πi jk / n)`, not scaled. Eight independent lines lie side by side in a
//! [`Lane`], so that every butterfly is a short loop over an array, which compilers turn into
//! vector instructions. Lengths are factored (Stockham's self-sorting order, radix 2 to 31; Cooley
//! & Tukey 1965); a length with a larger prime factor becomes a convolution with a chirp (Bluestein
//! 1970). Cost `O(n log n)` for every length. Values are f32, twiddle factors are computed in f64
//! from angles reduced exactly.

/// Lines that are transformed together.
pub(crate) const WIDTH: usize = 8;
/// Prime factors up to this are summed directly; beyond, a chirp is quicker.
const LARGEST_RADIX: usize = 31;

/// One complex value of each of the lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    pub(crate) re: [f32; WIDTH],
    pub(crate) im: [f32; WIDTH],
}

/// A complex number that all lines share.
type Factor = (f32, f32);

impl Lane {
    pub(crate) const ZERO: Self = Self {
        re: [0.0; WIDTH],
        im: [0.0; WIDTH],
    };

    /// From one function of both parts of each line.
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self {
            re: std::array::from_fn(|i| f(self.re[i], other.re[i])),
            im: std::array::from_fn(|i| f(self.im[i], other.im[i])),
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    /// Times `-i`.
    #[inline(always)]
    fn turned(self) -> Self {
        Self {
            re: self.im,
            im: self.re.map(|v| -v),
        }
    }

    #[inline(always)]
    pub(crate) fn scaled(self, by: f32) -> Self {
        Self {
            re: self.re.map(|v| v * by),
            im: self.im.map(|v| v * by),
        }
    }

    #[inline(always)]
    fn times(self, (re, im): Factor) -> Self {
        Self {
            re: std::array::from_fn(|i| self.re[i] * re - self.im[i] * im),
            im: std::array::from_fn(|i| self.re[i] * im + self.im[i] * re),
        }
    }

    /// Real and imaginary parts exchanged: around a transform this makes it the inverse.
    #[inline(always)]
    fn exchanged(self) -> Self {
        Self {
            re: self.im,
            im: self.re,
        }
    }
}

/// What a line is transformed in; kept between lines, so that nothing is allocated for each.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// The lines, before and after.
    pub(crate) lines: Vec<Lane>,
    /// Room to put them meanwhile.
    pub(crate) other: Vec<Lane>,
}

/// A transform of one length.
#[derive(Debug)]
pub(crate) struct Fft {
    length: usize,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Stages(Vec<Stage>),
    Chirp(Box<Chirp>),
}

impl Fft {
    /// For lines of `length` values, at least one.
    pub(crate) fn new(length: usize) -> Self {
        assert!(length > 0, "a line has at least one value");
        let way = match radices(length) {
            Some(radices) => Way::Stages(stages(length, &radices)),
            None => Way::Chirp(Box::new(Chirp::new(length))),
        };
        Self { length, way }
    }

    /// Transforms `work.lines`, as many as the length.
    pub(crate) fn forward(&self, work: &mut Work) {
        debug_assert_eq!(work.lines.len(), self.length, "a plan is for one length");
        match &self.way {
            Way::Stages(stages) => {
                work.other.resize(self.length, Lane::ZERO);
                for stage in stages {
                    stage.run(&work.lines, &mut work.other);
                    std::mem::swap(&mut work.lines, &mut work.other);
                }
            }
            Way::Chirp(chirp) => chirp.run(work),
        }
    }

    /// `Σ_j x_j exp(2πi jk / n)`: the conjugate transform, which is also the transpose of the conjugate.
    pub(crate) fn conjugate(&self, work: &mut Work) {
        for value in &mut work.lines {
            *value = value.exchanged();
        }
        self.forward(work);
        for value in &mut work.lines {
            *value = value.exchanged();
        }
    }

    /// The inverse of [`forward`](Self::forward).
    pub(crate) fn inverse(&self, work: &mut Work) {
        self.conjugate(work);
        let scale = 1.0 / self.length as f32;
        for value in &mut work.lines {
            *value = value.scaled(scale);
        }
    }
}

/// The least length from `least` up that has no prime factor above 5: quick to transform.
pub(crate) fn quick_length(least: usize) -> usize {
    let smooth = |n: &usize| {
        let rest = [2, 3, 5].iter().fold(*n, |mut n, p| {
            while n % p == 0 {
                n /= p;
            }
            n
        });
        rest == 1
    };
    (least.max(1)..)
        .find(smooth)
        .expect("there is a power of two above")
}

/// Factors of `length`, none above [`LARGEST_RADIX`]; `None` if there is a larger one.
fn radices(mut length: usize) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for radix in std::iter::once(4).chain(2..=LARGEST_RADIX) {
        while length.is_multiple_of(radix) {
            found.push(radix);
            length /= radix;
        }
    }
    (length == 1).then_some(found)
}

/// `exp(-2πi turn / turns)`, with the angle reduced while it is exact.
fn root(turn: usize, turns: usize) -> Factor {
    let angle = std::f64::consts::TAU * (turn % turns) as f64 / turns as f64;
    (libm::cos(angle) as f32, -libm::sin(angle) as f32)
}

/// One pass over all values: `m` groups of transforms of length `radix`, `stride` of each.
#[derive(Debug)]
struct Stage {
    radix: usize,
    stride: usize,
    m: usize,
    /// `radix` factors for each of the `m` groups, the first of which is one.
    twiddles: Vec<Factor>,
    /// The roots of unity of order `radix`.
    roots: Vec<Factor>,
}

fn stages(length: usize, radices: &[usize]) -> Vec<Stage> {
    let (mut n, mut stride) = (length, 1);
    radices
        .iter()
        .map(|&radix| {
            let m = n / radix;
            let twiddles = (0..m * radix).map(|at| root(at / radix * (at % radix), n));
            let stage = Stage {
                radix,
                stride,
                m,
                twiddles: twiddles.collect(),
                roots: (0..radix).map(|turn| root(turn, radix)).collect(),
            };
            n = m;
            stride *= radix;
            stage
        })
        .collect()
}

impl Stage {
    fn run(&self, from: &[Lane], to: &mut [Lane]) {
        match self.radix {
            2 => self.pass::<2>(from, to, |[a, b]| [a.plus(b), a.minus(b)]),
            3 => self.pass::<3>(from, to, radix_3),
            4 => self.pass::<4>(from, to, radix_4),
            5 => self.pass::<5>(from, to, |a| self.sums(a)),
            7 => self.pass::<7>(from, to, |a| self.sums(a)),
            11 => self.pass::<11>(from, to, |a| self.sums(a)),
            13 => self.pass::<13>(from, to, |a| self.sums(a)),
            17 => self.pass::<17>(from, to, |a| self.sums(a)),
            19 => self.pass::<19>(from, to, |a| self.sums(a)),
            23 => self.pass::<23>(from, to, |a| self.sums(a)),
            29 => self.pass::<29>(from, to, |a| self.sums(a)),
            31 => self.pass::<31>(from, to, |a| self.sums(a)),
            other => {
                unreachable!("{other} is not one of the radices that lengths are factored into")
            }
        }
    }

    #[inline(always)]
    fn pass<const R: usize>(
        &self,
        from: &[Lane],
        to: &mut [Lane],
        butterfly: impl Fn([Lane; R]) -> [Lane; R],
    ) {
        let (m, stride) = (self.m, self.stride);
        for q in 0..m {
            let twiddles = &self.twiddles[q * R..(q + 1) * R];
            for k in 0..stride {
                let taken = std::array::from_fn(|j| from[k + stride * (q + m * j)]);
                for (j, value) in butterfly(taken).into_iter().enumerate() {
                    to[k + stride * (R * q + j)] = value.times(twiddles[j]);
                }
            }
        }
    }

    /// A transform of odd prime length by its sums; values that stand opposite share their products.
    #[inline(always)]
    fn sums<const R: usize>(&self, a: [Lane; R]) -> [Lane; R] {
        let mut given = [a[0]; R];
        for j in 1..=R / 2 {
            // Even and odd parts of the sum about the middle.
            let (mut even, mut odd) = (a[0], Lane::ZERO);
            for l in 1..=R / 2 {
                let (cos, sin) = self.roots[j * l % R];
                even = even.plus(a[l].plus(a[R - l]).scaled(cos));
                odd = odd.plus(a[l].minus(a[R - l]).scaled(-sin));
            }
            let odd = odd.turned();
            given[j] = even.plus(odd);
            given[R - j] = even.minus(odd);
        }
        given[0] = a.into_iter().skip(1).fold(a[0], Lane::plus);
        given
    }
}

#[inline(always)]
fn radix_3([a, b, c]: [Lane; 3]) -> [Lane; 3] {
    let sum = b.plus(c);
    let middle = a.minus(sum.scaled(0.5));
    let side = b.minus(c).scaled(0.866_025_4).turned();
    [a.plus(sum), middle.plus(side), middle.minus(side)]
}

#[inline(always)]
fn radix_4([a, b, c, d]: [Lane; 4]) -> [Lane; 4] {
    let (even, odd) = (a.plus(c), b.plus(d));
    let (left, right) = (a.minus(c), b.minus(d).turned());
    [
        even.plus(odd),
        left.plus(right),
        even.minus(odd),
        left.minus(right),
    ]
}

/// `jk = (j² + k² - (k - j)²) / 2` makes a transform a convolution with `exp(iπ j² / n)`, which a
/// transform of another length does.
#[derive(Debug)]
struct Chirp {
    /// `exp(-iπ j² / n)`.
    chirp: Vec<Factor>,
    /// The transform of its conjugate, wrapped around.
    response: Vec<Factor>,
    longer: Fft,
}

impl Chirp {
    fn new(length: usize) -> Self {
        let chirp: Vec<Factor> = (0..length)
            .map(|j| root(j * j % (2 * length), 2 * length))
            .collect();
        let longer = Fft::new(quick_length(2 * length - 1));
        let mut work = Work::default();
        work.lines.resize(longer.length, Lane::ZERO);
        for (j, (re, im)) in chirp.iter().enumerate() {
            let value = Lane {
                re: [*re; WIDTH],
                im: [-*im; WIDTH],
            };
            work.lines[j] = value;
            work.lines[(longer.length - j) % longer.length] = value;
        }
        longer.forward(&mut work);
        let response = work.lines.iter().map(|v| (v.re[0], v.im[0])).collect();
        Self {
            chirp,
            response,
            longer,
        }
    }

    fn run(&self, work: &mut Work) {
        let length = self.chirp.len();
        for (value, factor) in work.lines.iter_mut().zip(&self.chirp) {
            *value = value.times(*factor);
        }
        work.lines.resize(self.longer.length, Lane::ZERO);
        self.longer.forward(work);
        for (value, factor) in work.lines.iter_mut().zip(&self.response) {
            *value = value.times(*factor);
        }
        self.longer.inverse(work);
        work.lines.truncate(length);
        for (value, factor) in work.lines.iter_mut().zip(&self.chirp) {
            *value = value.times(*factor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(length: usize) -> Vec<Lane> {
        let value = |i: usize| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0;
        (0..length)
            .map(|j| Lane {
                re: std::array::from_fn(|l| value(j * 16 + l)),
                im: std::array::from_fn(|l| value(j * 16 + 8 + l)),
            })
            .collect()
    }

    /// Every radix, mixtures of them, and lengths with a large prime factor, against the sums of the
    /// definition in f64.
    #[test]
    fn it_is_the_transform_of_the_definition_for_every_length() {
        let lengths = (1..=70).chain([96, 101, 143, 211, 250, 494, 713, 899]);
        for n in lengths {
            let fft = Fft::new(n);
            let mut work = Work {
                lines: lines(n),
                ..Work::default()
            };
            let before = work.lines.clone();
            fft.forward(&mut work);
            for lane in [0, 7] {
                for k in 0..n {
                    let (mut re, mut im) = (0.0, 0.0);
                    for (j, value) in before.iter().enumerate() {
                        let angle = -std::f64::consts::TAU * (j * k % n) as f64 / n as f64;
                        let (sin, cos) = angle.sin_cos();
                        let (a, b) = (f64::from(value.re[lane]), f64::from(value.im[lane]));
                        re += a * cos - b * sin;
                        im += a * sin + b * cos;
                    }
                    let off = (f64::from(work.lines[k].re[lane]) - re)
                        .hypot(f64::from(work.lines[k].im[lane]) - im);
                    assert!(off < 2e-6 * (n as f64).sqrt() + 1e-6, "{n}, {k}: {off:e}");
                }
            }
            fft.inverse(&mut work);
            for (a, b) in work.lines.iter().zip(&before) {
                for lane in 0..WIDTH {
                    assert!((a.re[lane] - b.re[lane]).abs() < 3e-6, "{n}");
                    assert!((a.im[lane] - b.im[lane]).abs() < 3e-6, "{n}");
                }
            }
        }
    }

    #[test]
    fn quick_lengths_are_the_next_without_large_factors() {
        for (least, expected) in [(0, 1), (1, 1), (7, 8), (11, 12), (61, 64), (5997, 6000)] {
            assert_eq!(quick_length(least), expected);
        }
    }
}
