//! Reduction by the mean of `factor × factor` boxes, as a coarser sensor would.
//!
//! Boxes do not overlap, so `A diag(v) Aᵀ` is diagonal and solves are exact.

use burn::tensor::Tensor;

use crate::class::Class;
use crate::family::Family;
use crate::folding::{CosineMap, Fidelity, Folding};
use crate::operator::LinearOperator;
use crate::parameter::Parameter;
use crate::prior;
use crate::registry::{Build, Built, Context, Entry, reduced_size};
use crate::values::Values;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "box",
        title: "Smaller, averaged",
        summary: "Reduced by averaging square boxes.",
        parameters: &[Parameter::whole("factor", "Times smaller", 4, (2, 16))
            .help("How many times smaller the picture became on each side.")],
        ..Family::PLAIN
    },
    class: Class::Reduction,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let factor = values.whole("factor")?;
    reduced_size("box", size, factor)?;
    Ok(Box::new(BoxAverage::new(factor, size)))
}

/// See the module.
pub(crate) struct BoxAverage {
    factor: usize,
    size: (usize, usize),
}

impl BoxAverage {
    /// For pictures of `size` (height, width), which `factor` divides.
    pub(crate) fn new(factor: usize, size: (usize, usize)) -> Self {
        Self { factor, size }
    }

    /// The sum over each box.
    pub(crate) fn sums(&self, x: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = x.dims();
        let f = self.factor;
        let across = x.reshape([b * c * h, w / f, f]).sum_dim(2);
        across
            .reshape([b * c * h / f, f, w / f])
            .sum_dim(1)
            .reshape([b, c, h / f, w / f])
    }

    /// Every value repeated over its box.
    pub(crate) fn spread(&self, y: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = y.dims();
        let f = self.factor;
        let across = y.reshape([b * c * h, w, 1]).expand([b * c * h, w, f]);
        across
            .reshape([b * c * h, 1, w * f])
            .expand([b * c * h, f, w * f])
            .reshape([b, c, h * f, w * f])
    }

    fn area(&self) -> f32 {
        (self.factor * self.factor) as f32
    }

    fn map(&self) -> CosineMap {
        let f = self.factor as f64;
        let fold = |length: usize| {
            let gain = |k: usize| {
                let angle = |i: usize| (i as f64 + 0.5 - f / 2.0) * k as f64 / length as f64;
                let wave = |i| libm::cos(std::f64::consts::PI * angle(i));
                (0..self.factor).map(wave).sum::<f64>() / f
            };
            Folding::of_reduction(length, self.factor, gain)
        };
        CosineMap::reduction(fold(self.size.0), fold(self.size.1), Fidelity::Exact)
    }
}

impl LinearOperator for BoxAverage {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        (self.size.0 / self.factor, self.size.1 / self.factor)
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.sums(x) / self.area()
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.spread(y) / self.area()
    }

    /// `A⁺ y`: every value over its box.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.spread(y)
    }

    /// The Wiener filter for what was averaged.
    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        prior::unfolded(&self.map(), y, sigma)
    }

    fn tight(&self) -> Option<f64> {
        Some(1.0 / self.factor as f64)
    }

    fn cosine_map(&self) -> Option<CosineMap> {
        Some(self.map())
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.sums(variance) / (self.area() * self.area()))
    }
}
