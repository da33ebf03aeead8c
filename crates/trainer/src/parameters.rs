//! A network's weights as one flat vector, and the names of its parts.
//!
//! Training sees a vector; a checkpoint sees the tensors by their names in the network's layout. The order
//! of the vector is the one in which Burn visits the network's parameters.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, FloatDType, Gradients, Tensor};
use diffusion::{Architecture, DiffusionError, Network, Weights};

use crate::error::TrainerError;

/// Tensors by their names in the network's layout: shape and values in row order.
pub(crate) type Named = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// One parameter.
#[derive(Clone, Debug)]
struct Slot {
    name: String,
    /// In a checkpoint.
    shape: Vec<usize>,
    /// Burn stores the weights of linear layers `[in, out]`, PyTorch `[out, in]`.
    transposed: bool,
}

/// The parameters of an architecture, in the order of the flat vector.
#[derive(Clone, Debug)]
pub(crate) struct Layout(Vec<Slot>);

impl Layout {
    /// A network does not tell which parameter got which name. It is asked: once it is built of
    /// tensors that each hold nothing but their own number.
    pub(crate) fn of(config: &Architecture) -> Result<Self, TrainerError> {
        let mut numbered = Numbered(Vec::new());
        let network = Network::build(config, &mut numbered, &Device::flex())?;
        let mut order = Order(Vec::new());
        network.visit(&mut order);
        let slots: Vec<Slot> = order
            .0
            .into_iter()
            .map(|(number, rank)| {
                let (name, shape) = numbered.0[number].clone();
                Slot {
                    name,
                    shape,
                    transposed: rank == 2,
                }
            })
            .collect();
        let mut names: Vec<&str> = slots.iter().map(|slot| slot.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), numbered.0.len(), "every tensor is a parameter");
        Ok(Self(slots))
    }

    /// How many weights.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(Slot::len).sum()
    }

    /// A flat vector as named tensors.
    pub(crate) fn named(&self, flat: &[f32]) -> Named {
        let mut rest = flat;
        let mut named = Named::new();
        for slot in &self.0 {
            let (own, after) = rest.split_at(slot.len());
            rest = after;
            named.insert(slot.name.clone(), (slot.shape.clone(), slot.stored(own)));
        }
        named
    }
}

impl Slot {
    fn len(&self) -> usize {
        self.shape.iter().product()
    }

    fn stored(&self, own: &[f32]) -> Vec<f32> {
        if !self.transposed {
            return own.to_vec();
        }
        let (outputs, inputs) = (self.shape[0], self.shape[1]);
        (0..outputs)
            .flat_map(|o| (0..inputs).map(move |i| own[i * outputs + o]))
            .collect()
    }
}

struct Numbered(Vec<(String, Vec<usize>)>);

impl Weights for Numbered {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        // Whole numbers are exact in f32 far beyond the number of layers of any network.
        let number = self.0.len() as f32;
        self.0.push((name.to_owned(), shape.to_vec()));
        Ok(vec![number; shape.iter().product()])
    }
}

/// The number each parameter holds, and its rank.
struct Order(Vec<(usize, usize)>);

impl ModuleVisitor for Order {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let first = flatten(param.val()).narrow(0, 0, 1).into_scalar::<f32>();
        self.0.push((first as usize, D));
    }
}

/// Hands named tensors to a network that is being built.
pub(crate) struct NamedWeights(pub(crate) Named);

impl Weights for NamedWeights {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let mismatch = |reason: String| DiffusionError::Mismatch { reason };
        let (found, values) = self
            .0
            .remove(name)
            .ok_or_else(|| mismatch(format!("`{name}` is missing")))?;
        if found != shape || values.len() != shape.iter().product::<usize>() {
            return Err(mismatch(format!(
                "`{name}` is {found:?}, but {shape:?} is needed"
            )));
        }
        Ok(values)
    }
}

/// All parameters of a network, one after the other.
pub(crate) fn flat(network: &Network) -> Tensor<1> {
    struct Collect(Vec<Tensor<1>>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(flatten(param.val()));
        }
    }
    let mut collect = Collect(Vec::new());
    network.visit(&mut collect);
    Tensor::cat(collect.0, 0)
}

/// The network with its parameters taken from a flat vector, in numbers of that kind, each of which
/// can be differentiated.
pub(crate) fn lifted(network: Network, flat: &Tensor<1>, dtype: FloatDType) -> Network {
    struct Install<'a> {
        flat: &'a Tensor<1>,
        at: usize,
        dtype: FloatDType,
    }
    impl ModuleMapper for Install<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|old| {
                let shape = old.shape();
                let size = shape.num_elements();
                let own = self.flat.clone().narrow(0, self.at, size);
                self.at += size;
                own.reshape(shape)
                    .cast(self.dtype)
                    .autodiff()
                    .require_grad()
            })
        }
    }
    network.map(&mut Install { flat, at: 0, dtype })
}

/// The gradients of a lifted network, in the order of the flat vector, in 32-bit floats.
pub(crate) fn flat_gradient(network: &Network, gradients: &mut Gradients) -> Tensor<1> {
    struct Collect<'a> {
        gradients: &'a mut Gradients,
        parts: Vec<Tensor<1>>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = param.val().grad_remove(self.gradients);
            let gradient = gradient.unwrap_or_else(|| param.val().inner().zeros_like());
            self.parts.push(flatten(gradient).cast(FloatDType::F32));
        }
    }
    let mut collect = Collect {
        gradients,
        parts: Vec::new(),
    };
    network.visit(&mut collect);
    Tensor::cat(collect.parts, 0)
}

fn flatten<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let size = tensor.shape().num_elements();
    tensor.reshape([size])
}

#[cfg(test)]
mod tests {
    use diffusion::PreconditionedConfig;

    use super::*;
    use crate::initial::Initial;
    use crate::tensors::download;

    fn check(config: &Architecture) {
        let layout = Layout::of(config).expect("a network");
        let device = Device::flex();
        let network = Network::build(config, &mut Initial::new(7), &device).expect("a network");
        let weights = download(flat(&network)).expect("computed");
        let named = layout.named(&weights);
        let mut initial = Initial::new(7);
        let mut order = Numbered(Vec::new());
        Network::build(config, &mut order, &device).expect("a network");
        for (name, shape) in order.0 {
            let expected = initial.take(&name, &shape).expect("any name");
            assert_eq!(named[&name], (shape, expected), "{name}");
        }
    }

    #[test]
    fn names_survive_the_way_to_a_vector_and_back() {
        let unet = serde_json::json!({
            "image_size": 32, "num_channels": 32, "num_res_blocks": 2, "channel_mult": "1,2,3,4",
            "attention_resolutions": "8", "num_head_channels": 32, "use_scale_shift_norm": true,
        });
        check(&serde_json::from_value(unet).expect("a configuration"));
        let mut preconditioned = PreconditionedConfig::new(32, &[8, 12, 16], &[1, 2, 1], &[2, 1]);
        preconditioned.embed = 16;
        check(&preconditioned.into());
    }
}
