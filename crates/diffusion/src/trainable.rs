//! A network on the processor whose weights can be changed, and its gradient by them.
//!
//! It runs as the same program that denoises there. All weights are one vector, in the order in
//! which Burn visits the network's parameters and as Burn's layers have them in memory.

use std::collections::HashMap;
use std::ops::Range;

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;

use crate::cpu::{Picture, Places, Program, Shape};
use crate::network::{Condition, Network};

/// A network to be trained on the CPU device.
#[derive(Debug)]
pub struct Trainable {
    program: Program,
    places: Places,
    condition: Condition,
    weights: usize,
}

/// Noisy pictures, and what the network is told of their noise.
#[derive(Clone, Copy, Debug)]
pub struct Noisy<'a> {
    /// `[b, 3, height, width]`, model range, in row order.
    pub pictures: &'a [f32],
    /// One for each picture: its timestep, or `ln(sigma) / 4` for a preconditioned network.
    pub conditions: &'a [f32],
    /// Height and width; both divisible by the network's stride.
    pub sides: [usize; 2],
}

impl Trainable {
    /// `None` if the network is not on the CPU device.
    #[must_use]
    pub fn new(network: Network) -> Option<Self> {
        if !network.is_on_processor() {
            return None;
        }
        let mut order = Order::default();
        network.visit(&mut order);
        let condition = network.condition();
        let program = network.into_program();
        let places = program.places(|id| order.places.get(&id).cloned())?;
        Some(Self {
            program,
            places,
            condition,
            weights: order.weights,
        })
    }

    /// How many weights.
    #[must_use]
    pub fn weights(&self) -> usize {
        self.weights
    }

    /// Takes other weights. Costs about as much as copying them a few times.
    ///
    /// # Panics
    /// If there are not as many as [`weights`](Self::weights).
    pub fn set_weights(&mut self, weights: &[f32]) {
        assert_eq!(weights.len(), self.weights, "as many weights as there are");
        self.program.set(&self.places, weights);
    }

    /// Adds the gradient by the weights of a loss of the prediction: `judge` is told the
    /// prediction, `[b, outputs, height, width]`, and gives the loss's gradient by it. Costs about
    /// three evaluations of the network; whoever calls it from a thread of a `rayon` pool has it
    /// computed by that pool.
    ///
    /// # Panics
    /// If `gradient` or what `judge` gives is not as long as what it is the gradient by.
    pub fn add_gradient(
        &self,
        noisy: Noisy<'_>,
        judge: impl FnOnce(&[f32]) -> Vec<f32>,
        gradient: &mut [f32],
    ) {
        assert_eq!(gradient.len(), self.weights, "as many slopes as weights");
        let pictures = noisy.conditions.len();
        let [height, width] = noisy.sides;
        let shape = Shape {
            pictures,
            height,
            width,
            channels: noisy.pictures.len() / (pictures * height * width).max(1),
        };
        let picture = Picture::from_planes(noisy.pictures, shape);
        let features = self.condition.features(noisy.conditions);
        let features = Picture::from_rows(features, self.condition.channels());
        let (output, tape) = self.program.record_to_learn(picture, features);
        let shape = output.shape;
        let judged = judge(&output.to_planes(0, shape.channels));
        assert_eq!(judged.len(), shape.len(), "one slope for each value");
        let cotangent = Picture::from_planes(&judged, shape);
        self.program
            .add_slopes(tape, cotangent, &self.places, gradient);
    }
}

/// Where each parameter is.
#[derive(Default)]
struct Order {
    places: HashMap<ParamId, Range<usize>>,
    weights: usize,
}

impl ModuleVisitor for Order {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let end = self.weights + param.val().shape().num_elements();
        self.places.insert(param.id, self.weights..end);
        self.weights = end;
    }
}

#[cfg(test)]
mod tests;
