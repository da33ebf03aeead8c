//! The proximal point of a likelihood: the most probable picture of `N(x0, variance I)` given `y`.
//!
//! ```text
//! argmin_x ½ (y - A x)ᵀ N⁻¹ (y - A x) + ½ ‖x - x0‖² / variance
//! ```
//!
//! For a linear operator one solve finds it. For others it is sought from `x0` by conjugate gradients
//! (Polak & Ribière 1969, restarted where they would turn back), each step as long as the Gauss-Newton
//! curvature says and halved until it gains; so there is no length to tune, and of several minima it
//! ends in one that is near `x0`. Seen through a linear operator that is the solve, step by step. It
//! takes applications and pullbacks of `A` alone, no denoiser.

use burn::tensor::Tensor;
use operators::LinearOperator;

use crate::conjugate_gradients::dot;
use crate::covariance::Sigma;
use crate::error::SamplerError;
use crate::problem::{Problem, read_scalar};
use crate::solve::solve;

/// Steps at most. Each takes two applications of the operator and a pullback, as a rule.
const MOST: usize = 30;
/// Enough when the gradient has fallen to this share.
const TOLERANCE: f64 = 1e-3;
/// So many times a step is halved before a picture stays where it is.
const HALVINGS: usize = 8;

/// The proximal point near `x0`, `[b, c, h, w]`, for a `variance` above 0 and
/// `residual = y - A x0`. Also returns how many iterations it took.
///
/// # Errors
/// [`SamplerError::Device`].
pub(crate) fn proximal_point(
    problem: &Problem<'_>,
    x0: Tensor<4>,
    variance: f64,
    residual: Tensor<4>,
) -> Result<(Tensor<4>, usize), SamplerError> {
    match problem.operator.linear() {
        Ok(operator) => solved(problem, operator, x0, variance, residual),
        Err(_) => Search {
            problem,
            y: residual + problem.operator.apply(x0.clone()),
            ridge: problem.sigma_y * problem.sigma_y / variance,
            x0,
        }
        .run(),
    }
}

/// `x0 + variance Aᵀ u`.
fn solved(
    problem: &Problem<'_>,
    operator: &dyn LinearOperator,
    x0: Tensor<4>,
    variance: f64,
    residual: Tensor<4>,
) -> Result<(Tensor<4>, usize), SamplerError> {
    let alike = Sigma::uniform(variance, &x0);
    let (u, iterations) = solve(problem, operator, &alike, residual)?;
    Ok((x0 + operator.adjoint(u) * variance, iterations))
}

/// The minimum of `½ (y - A x)ᵀ W (y - A x) + ½ ridge ‖x - x0‖²`, with `W = sigma_y² N⁻¹`.
struct Search<'a> {
    problem: &'a Problem<'a>,
    y: Tensor<4>,
    ridge: f64,
    x0: Tensor<4>,
}

/// A place of the search, every picture of a batch on its own.
struct Place {
    x: Tensor<4>,
    /// `y - A x`.
    residual: Tensor<4>,
    /// Twice the value there, `[b, 1, 1, 1]`.
    value: Tensor<4>,
}

impl Search<'_> {
    fn run(&self) -> Result<(Tensor<4>, usize), SamplerError> {
        let mut here = self.at(self.x0.clone());
        let mut downhill = self.downhill(&here);
        let mut direction = downhill.clone();
        let mut square = dot(downhill.clone(), downhill.clone());
        let target = square.clone() * TOLERANCE.powi(2);
        let mut active = square.clone().greater_elem(0.0).float();
        // Operators hardly change the scale of a picture, so that this is about a first step's length.
        let mut reach = square.ones_like() / (1.0 + self.ridge);
        for iteration in 0..MOST {
            if read_scalar(active.clone().max())? <= 0.0 {
                return Ok((here.x, iteration));
            }
            let gain = dot(downhill.clone(), direction.clone());
            let curvature = self.curvature(&here, &direction, reach.clone());
            let step = gain / curvature.clamp_min(1e-30) * active.clone();
            let taken;
            (here, taken) = self.advance(here, &direction, step)?;
            let moved = taken.clone().greater_elem(0.0).float();
            active = active * moved.clone();
            reach = taken + reach * (moved * -1.0 + 1.0);
            let next = self.downhill(&here);
            let turned = dot(next.clone(), next.clone() - downhill) / square.clamp_min(1e-30);
            let conjugate = next.clone() + direction * turned.clamp_min(0.0);
            // A direction that does not lead downhill is of no use.
            let leads = dot(next.clone(), conjugate.clone());
            let leads = leads.greater_elem(0.0).float();
            direction = next.clone() + (conjugate - next.clone()) * leads;
            square = dot(next.clone(), next.clone());
            active = active * square.clone().greater(target.clone()).float();
            downhill = next;
        }
        Ok((here.x, MOST))
    }

    fn at(&self, x: Tensor<4>) -> Place {
        let residual = self.y.clone() - self.problem.operator.apply(x.clone());
        let moved = x.clone() - self.x0.clone();
        let value = dot(residual.clone(), self.weighted(residual.clone()))
            + dot(moved.clone(), moved) * self.ridge;
        Place { x, residual, value }
    }

    /// The negative gradient.
    fn downhill(&self, here: &Place) -> Tensor<4> {
        let pull = self.weighted(here.residual.clone());
        let data = self.problem.operator.towards(here.x.clone(), pull);
        data - (here.x.clone() - self.x0.clone()) * self.ridge
    }

    /// Gauss and Newton's, along a direction: `dᵀ (Jᵀ W J + ridge) d`, with `J d` as a difference over
    /// `reach`. That is as long as a step, since what rounds does not answer to less.
    fn curvature(&self, here: &Place, direction: &Tensor<4>, reach: Tensor<4>) -> Tensor<4> {
        let there = here.x.clone() + direction.clone() * reach.clone();
        let now = self.y.clone() - here.residual.clone();
        let seen = (self.problem.operator.apply(there) - now) / reach;
        dot(seen.clone(), self.weighted(seen))
            + dot(direction.clone(), direction.clone()) * self.ridge
    }

    /// Goes `step` along `direction`, or a half of it, or a quarter …; a picture that none of it serves
    /// stays. Also returns the steps taken.
    fn advance(
        &self,
        here: Place,
        direction: &Tensor<4>,
        mut step: Tensor<4>,
    ) -> Result<(Place, Tensor<4>), SamplerError> {
        for halved in 0..=HALVINGS {
            let there = self.at(here.x.clone() + direction.clone() * step.clone());
            let gains = there.value.clone().lower_equal(here.value.clone()).float();
            if read_scalar(gains.clone().min())? > 0.0 {
                return Ok((there, step));
            }
            // What is no number does not gain either.
            let otherwise = if halved < HALVINGS { 0.5 } else { 0.0 };
            step = step * (gains.clone() + (gains * -1.0 + 1.0) * otherwise);
        }
        let there = self.at(here.x + direction.clone() * step.clone());
        Ok((there, step))
    }

    /// `W v`.
    fn weighted(&self, v: Tensor<4>) -> Tensor<4> {
        match self.problem.weights() {
            Some(weights) => v * weights,
            None => v,
        }
    }
}

#[cfg(test)]
mod tests;
