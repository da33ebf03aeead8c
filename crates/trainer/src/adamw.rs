//! AdamW: Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), in the order
//! of operations of PyTorch's.
//!
//! All weights are one flat vector, so an update is a dozen operations whatever the network, and
//! the optimiser's whole state is two vectors more: tensors on a device ([`Moments`]), slices in
//! memory ([`Step`]).

use burn::tensor::Tensor;

use crate::learner::Update;
use crate::settings::Settings;

const EPSILON: f64 = 1e-8;

/// Running means of gradients and of their squares.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    pub(crate) first: Tensor<1>,
    pub(crate) second: Tensor<1>,
}

impl Moments {
    /// Update number `update`, from 1.
    pub(crate) fn update(
        &mut self,
        weights: Tensor<1>,
        gradient: Tensor<1>,
        (update, rate): (u64, f64),
        settings: &Settings,
    ) -> Tensor<1> {
        let (beta1, beta2) = (settings.beta1, settings.beta2);
        let decayed = weights * (1.0 - rate * settings.weight_decay);
        let first = self.first.clone() * beta1 + gradient.clone() * (1.0 - beta1);
        let second = self.second.clone() * beta2 + gradient.square() * (1.0 - beta2);
        let correct = |beta: f64| 1.0 - libm::pow(beta, update as f64);
        let spread = (second.clone().sqrt() / correct(beta2).sqrt()) + EPSILON;
        let stride = first.clone() / spread * (rate / correct(beta1));
        self.first = first;
        self.second = second;
        decayed - stride
    }
}

/// The factors of an update, for slices of the vectors.
pub(crate) struct Step {
    decay: f32,
    shorten: Option<f32>,
    /// Of each moment: what is kept of it, and what is added.
    means: [[f32; 2]; 2],
    /// Divides the root of the second moment.
    spread: f32,
    stride: f32,
}

impl Step {
    pub(crate) fn new(update: Update, settings: &Settings) -> Self {
        let (beta1, beta2) = (settings.beta1, settings.beta2);
        let correct = |beta: f64| 1.0 - libm::pow(beta, update.number as f64);
        Self {
            decay: (1.0 - update.rate * settings.weight_decay) as f32,
            shorten: (update.shorten < 1.0).then_some(update.shorten as f32),
            means: [beta1, beta2].map(|beta| [beta as f32, (1.0 - beta) as f32]),
            spread: correct(beta2).sqrt() as f32,
            stride: (update.rate / correct(beta1)) as f32,
        }
    }

    /// As [`Moments::update`].
    pub(crate) fn take(&self, weights: &mut [f32], moments: [&mut [f32]; 2], gradient: &[f32]) {
        let [[keep1, add1], [keep2, add2]] = self.means;
        let factor = self.shorten.unwrap_or(1.0);
        let [first, second] = moments;
        for (((w, m), v), g) in weights.iter_mut().zip(first).zip(second).zip(gradient) {
            let g = g * factor;
            *m = *m * keep1 + g * add1;
            *v = *v * keep2 + g * g * add2;
            let spread = v.sqrt() / self.spread + EPSILON as f32;
            *w = *w * self.decay - *m / spread * self.stride;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::settings::Length;
    use burn::tensor::Device;

    /// The textbook formulas in doubles, one weight at a time.
    fn by_hand(mut w: f64, gradients: &[f64], rate: f64, s: &Settings) -> f64 {
        let (mut m, mut v) = (0.0, 0.0);
        for (t, g) in gradients.iter().enumerate() {
            let t = t as i32 + 1;
            w -= rate * s.weight_decay * w;
            m = s.beta1 * m + (1.0 - s.beta1) * g;
            v = s.beta2 * v + (1.0 - s.beta2) * g * g;
            let (m_hat, v_hat) = (m / (1.0 - s.beta1.powi(t)), v / (1.0 - s.beta2.powi(t)));
            w -= rate * m_hat / (v_hat.sqrt() + EPSILON);
        }
        w
    }

    fn zeros_like(weights: &Tensor<1>) -> Moments {
        Moments {
            first: weights.zeros_like(),
            second: weights.zeros_like(),
        }
    }

    #[test]
    fn steps_are_those_of_the_paper() {
        let mut settings = Preset::Small
            .settings(64, Length::Iterations(1))
            .expect("valid");
        settings.weight_decay = 0.1;
        let device = Device::flex();
        let gradients = [[0.5, -2.0, 1e-4], [0.25, 3.0, 0.0], [-1.0, 0.1, 1e-4]];
        let start = [1.0, -0.5, 0.25];
        let mut slices = [[1.0, -0.5, 0.25], [0.0; 3], [0.0; 3]];
        let mut weights = Tensor::<1>::from_data(start, &device);
        let mut moments = zeros_like(&weights);
        for (step, gradient) in gradients.iter().enumerate() {
            let update = Update {
                number: step as u64 + 1,
                rate: 0.01,
                shorten: 1.0,
                decay: 0.0,
            };
            let own: Vec<f32> = gradient.iter().map(|g| *g as f32).collect();
            let [weights_slice, first, second] = &mut slices;
            Step::new(update, &settings).take(weights_slice, [first, second], &own);
            let gradient = Tensor::<1>::from_data(*gradient, &device);
            weights = moments.update(weights, gradient, (step as u64 + 1, 0.01), &settings);
        }
        let ours: Vec<f32> = weights.to_data().try_to_vec().expect("floats");
        for (i, ours) in ours.iter().chain(&slices[0]).enumerate() {
            let i = i % 3;
            let own: Vec<f64> = gradients.iter().map(|g| g[i]).collect();
            let expected = by_hand(start[i], &own, 0.01, &settings);
            assert!(
                (f64::from(*ours) - expected).abs() < 1e-6,
                "{ours} {expected}"
            );
        }
        // A first step is as long as the rate, whatever the gradient.
        let mut moments = zeros_like(&weights);
        settings.weight_decay = 0.0;
        let gradient = Tensor::<1>::from_data([1e-3, -7.0, 0.0], &device);
        let zero = weights.zeros_like();
        let moved = moments.update(zero, gradient, (1, 0.01), &settings);
        let moved: Vec<f32> = moved.to_data().try_to_vec().expect("floats");
        assert!((moved[0] + 0.01).abs() < 1e-5 && (moved[1] - 0.01).abs() < 1e-5);
        assert_eq!(moved[2], 0.0);
    }
}
