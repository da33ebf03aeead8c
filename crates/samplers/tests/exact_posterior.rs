//! Closed forms: with an exact Gaussian denoiser the posterior is known, so samples can be
//! checked against it.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{Denoiser, GaussianDenoiser, NoiseSchedule, Schedule, WhiteGaussian};
use nalgebra::{DMatrix, DVector};
use operators::registry::Context;
use operators::{Chain, Inpaint, KernelImage, NoiseSource, Operator, OperatorError, SeededNoise};
use samplers::{CaDps, Covariance, Problem, Sampler};

const SIDE: usize = 4;
const D: usize = SIDE * SIDE;
const SIGMA: f64 = 0.1;

fn no_kernel(_: &str) -> Result<KernelImage, OperatorError> {
    Err(OperatorError::Kernel {
        reason: "none here".to_owned(),
    })
}

fn operator() -> Box<dyn Operator> {
    let device = Device::flex();
    let measured: Vec<bool> = (0..D).map(|i| i % 3 == 1).collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &no_kernel,
    };
    let chain: Chain = "gaussian-blur:size=3,std=0.8+inpaint"
        .parse()
        .expect("valid");
    chain.build((SIDE, SIDE), None, &context).expect("fits")
}

fn upload(rows: &DMatrix<f64>) -> Tensor<4> {
    let values: Vec<f32> = rows.transpose().iter().map(|&v| v as f32).collect();
    Tensor::from_data(
        TensorData::new(values, [rows.nrows(), 1, SIDE, SIDE]),
        &Device::flex(),
    )
}

fn download(tensor: &Tensor<4>) -> DMatrix<f64> {
    let values: Vec<f64> = tensor.to_data().iter::<f64>().collect();
    DMatrix::from_row_slice(tensor.dims()[0], D, &values)
}

/// A Gaussian prior with neighbouring pixels alike, as pictures have them.
struct Gaussian {
    mean: DVector<f64>,
    covariance: DMatrix<f64>,
}

impl Gaussian {
    fn prior() -> Self {
        let place = |i: usize| ((i / SIDE) as f64, (i % SIDE) as f64);
        let covariance = DMatrix::from_fn(D, D, |i, j| {
            let (a, b) = (place(i), place(j));
            let distance = (a.0 - b.0).hypot(a.1 - b.1);
            0.3 * (-distance / 1.5).exp()
        });
        let mean = DVector::from_fn(D, |i, _| 0.4 * (i as f64 * 0.7).sin());
        Self { mean, covariance }
    }

    fn denoiser(&self) -> GaussianDenoiser {
        let eigen = self.covariance.clone().symmetric_eigen();
        let vectors: Vec<f64> = eigen.eigenvectors.transpose().iter().copied().collect();
        let values = eigen.eigenvalues.iter().copied().collect();
        let (mean, device) = (self.mean.as_slice(), Device::flex());
        GaussianDenoiser::new(mean, &vectors, values, &device)
    }

    /// Given `y = A x + SIGMA n` where `seen`.
    fn posterior(&self, a: &DMatrix<f64>, y: &DVector<f64>) -> Self {
        let noise = DMatrix::identity(a.nrows(), a.nrows()) * (SIGMA * SIGMA);
        let s = a * &self.covariance * a.transpose() + noise;
        let gain = &self.covariance * a.transpose() * s.try_inverse().expect("positive definite");
        Self {
            mean: &self.mean + &gain * (y - a * &self.mean),
            covariance: &self.covariance - &gain * a * &self.covariance,
        }
    }
}

/// The operator as a matrix over the measured values.
fn matrix(operator: &dyn Operator) -> (DMatrix<f64>, Vec<usize>) {
    let columns = download(&operator.apply(upload(&DMatrix::identity(D, D))));
    let mask = operator.measured().expect("masked").to_data();
    let seen: Vec<usize> = mask
        .iter::<f64>()
        .enumerate()
        .filter(|(_, m)| *m > 0.5)
        .map(|(i, _)| i)
        .collect();
    (columns.transpose().select_rows(&seen), seen)
}

fn moments(samples: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let n = samples.nrows() as f64;
    let mean = samples.row_mean().transpose();
    let centred = DMatrix::from_fn(samples.nrows(), D, |i, j| samples[(i, j)] - mean[j]);
    (mean, centred.transpose() * centred / (n - 1.0))
}

#[test]
fn the_gaussian_denoiser_is_the_posterior_mean_and_its_jacobian_the_covariance() {
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let prior = Gaussian::prior();
    let denoiser = prior.denoiser();
    let timestep = 300;
    let ab = schedule.alpha_bar(timestep);
    let x = DMatrix::from_fn(1, D, |_, j| (j as f64).cos());
    let lin = denoiser.linearise(upload(&x), schedule.level(timestep));
    let eps = download(&lin.prediction.eps);
    let x0_hat = (&x - &eps * (1.0 - ab).sqrt()) / ab.sqrt();

    // Conditioning a Gaussian on x_t = sqrt(ab) x0 + sqrt(1 - ab) eps, by hand.
    let s = &prior.covariance * ab + DMatrix::identity(D, D) * (1.0 - ab);
    let gain = &prior.covariance * ab.sqrt() * s.try_inverse().expect("positive definite");
    let expected = &prior.mean + &gain * (x.transpose() - &prior.mean * ab.sqrt());
    assert!((x0_hat.transpose() - expected).amax() < 1e-5);

    let covariance = &prior.covariance - &gain * &prior.covariance * ab.sqrt();
    let v = DMatrix::from_fn(1, D, |_, j| (j as f64 * 1.3).sin());
    let pulled = download(&(lin.pullback)(upload(&v)));
    let ours = (&v - pulled * (1.0 - ab).sqrt()) * ((1.0 - ab) / ab);
    assert!((ours.transpose() - covariance * v.transpose()).amax() < 1e-5);
}

/// 10,000 samples in 16 dimensions, 1000 steps: every mean within 4 standard errors, the
/// covariance within 5 % (Frobenius).
#[test]
fn ca_dps_full_samples_the_true_posterior() {
    const SAMPLES: usize = 10_000;
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let prior = Gaussian::prior();
    let denoiser = prior.denoiser();
    let operator = operator();
    let (a, seen) = matrix(operator.as_ref());

    let device = Device::flex();
    let truth = DMatrix::from_fn(1, D, |_, j| 0.5 * (j as f64 * 0.9).cos());
    let noise = SeededNoise::new(11, 7).normal([1, 1, SIDE, SIDE], &device) * SIGMA;
    let mask = operator.measured().expect("masked");
    let y = (operator.apply(upload(&truth)) + noise) * mask;
    let seen_y = DVector::from_iterator(seen.len(), seen.iter().map(|&i| download(&y)[(0, i)]));
    let expected = prior.posterior(&a, &seen_y);

    let y = y.expand([SAMPLES, 1, SIDE, SIDE]);
    let problem = Problem::new(&denoiser, operator.as_ref(), y, SIGMA, &schedule, &|| false);
    let sampler = CaDps::new(Covariance::Full);
    let result = sampler
        .run(&problem, &mut SeededNoise::new(5, 0))
        .expect("runs");
    let (mean, covariance) = moments(&download(&result));

    for i in 0..D {
        let error = (expected.covariance[(i, i)] / SAMPLES as f64).sqrt();
        let off = (mean[i] - expected.mean[i]).abs() / error;
        assert!(off <= 4.0, "mean {i} is {off:.1} standard errors off");
    }
    let off = (&covariance - &expected.covariance).norm() / expected.covariance.norm();
    eprintln!("covariance off by {:.2} %", 100.0 * off);
    assert!(off <= 0.05, "the covariance is off by {:.1} %", 100.0 * off);
    // The test would be empty if the measurement changed nothing.
    assert!((&expected.covariance - &prior.covariance).norm() > 0.3 * prior.covariance.norm());
}

/// The same with noise that differs from pixel to pixel.
#[test]
fn pigdm_samples_the_true_posterior_under_noise_that_differs() {
    const SAMPLES: usize = 4000;
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let denoiser = WhiteGaussian::new(1.0);
    let device = Device::flex();
    let operator = Inpaint::new(&[true; D], (SIDE, SIDE), &device);
    let variances = DMatrix::from_fn(1, D, |_, j| 0.05 + 0.1 * j as f64);
    let y = DMatrix::from_fn(1, D, |_, j| (j as f64 * 0.9).cos());
    let wide = |row: &DMatrix<f64>| upload(row).expand([SAMPLES, 1, SIDE, SIDE]);
    let rms = variances.mean().sqrt();
    let problem = Problem::new(&denoiser, &operator, wide(&y), rms, &schedule, &|| false)
        .with_variance(wide(&variances), rms);
    let sampler = samplers::parse(&"pigdm".parse().expect("valid")).expect("registered");
    let result = sampler
        .run(&problem, &mut SeededNoise::new(8, 0))
        .expect("runs");
    let (mean, covariance) = moments(&download(&result));
    for i in 0..D {
        let gain = 1.0 / (1.0 + variances[(0, i)]);
        let variance = variances[(0, i)] * gain;
        let off = (mean[i] - gain * y[(0, i)]).abs() / (variance / SAMPLES as f64).sqrt();
        assert!(off <= 4.0, "mean {i} is {off:.1} standard errors off");
        let off = (covariance[(i, i)] / variance - 1.0).abs();
        assert!(off <= 0.1, "variance {i} is {:.1} % off", 100.0 * off);
    }
}

/// For white data of unit variance ΠGDM's covariance is exact, and so are its samples.
#[test]
fn pigdm_samples_the_true_posterior_of_white_data() {
    const SAMPLES: usize = 4000;
    const NOISE: f64 = 0.5;
    let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
    let denoiser = WhiteGaussian::new(1.0);
    let device = Device::flex();
    let measured: Vec<bool> = (0..D).map(|i| i % 2 == 0).collect();
    let operator = Inpaint::new(&measured, (SIDE, SIDE), &device);
    let truth = DMatrix::from_fn(1, D, |_, j| (j as f64 * 0.9).cos());
    let y = operator.apply(upload(&truth));
    let y = y.expand([SAMPLES, 1, SIDE, SIDE]);
    let problem = Problem::new(&denoiser, &operator, y, NOISE, &schedule, &|| false);
    let sampler = samplers::parse(&"pigdm".parse().expect("valid")).expect("registered");
    let result = sampler
        .run(&problem, &mut SeededNoise::new(8, 0))
        .expect("runs");
    let (mean, covariance) = moments(&download(&result));

    for i in 0..D {
        let (expected_mean, variance) = if measured[i] {
            let gain = 1.0 / (1.0 + NOISE * NOISE);
            (gain * truth[(0, i)], NOISE * NOISE * gain)
        } else {
            (0.0, 1.0)
        };
        let off = (mean[i] - expected_mean).abs() / (variance / SAMPLES as f64).sqrt();
        assert!(off <= 4.0, "mean {i} is {off:.1} standard errors off");
        // The standard error of a variance is sqrt(2 / n) of it, here 2.2 %.
        let off = (covariance[(i, i)] / variance - 1.0).abs();
        assert!(off <= 0.1, "variance {i} is {:.1} % off", 100.0 * off);
    }
}
