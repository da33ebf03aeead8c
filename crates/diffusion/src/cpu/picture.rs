//! A batch of pictures in memory, channels innermost.

use burn::tensor::{Device, Tensor, TensorData};

/// The sides of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) pictures: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
}

impl Shape {
    /// Pixels of the whole batch.
    pub(crate) fn pixels(self) -> usize {
        self.pictures * self.height * self.width
    }

    /// Values of one picture.
    pub(crate) fn picture_len(self) -> usize {
        self.height * self.width * self.channels
    }

    /// Values of the whole batch.
    pub(crate) fn len(self) -> usize {
        self.pixels() * self.channels
    }

    pub(crate) fn with_channels(self, channels: usize) -> Self {
        Self { channels, ..self }
    }

    pub(crate) fn with_sides(self, height: usize, width: usize) -> Self {
        Self {
            height,
            width,
            ..self
        }
    }

    /// Picture, row and column of a pixel.
    pub(crate) fn position(self, pixel: usize) -> [usize; 3] {
        let (above, x) = (pixel / self.width, pixel % self.width);
        [above / self.height, above % self.height, x]
    }
}

/// Values `[picture, row, column, channel]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) shape: Shape,
    pub(crate) values: Vec<f32>,
}

impl Picture {
    pub(crate) fn zeros(shape: Shape) -> Self {
        Self {
            shape,
            values: vec![0.0; shape.len()],
        }
    }

    /// From `[b, c, h, w]`.
    pub(crate) fn from_tensor(tensor: Tensor<4>) -> Self {
        let [pictures, channels, height, width] = tensor.dims();
        let shape = Shape {
            pictures,
            height,
            width,
            channels,
        };
        Self::from_planes(&floats(tensor.into_data()), shape)
    }

    /// From values `[picture, channel, row, column]`.
    pub(crate) fn from_planes(planes: &[f32], shape: Shape) -> Self {
        let mut picture = Self::zeros(shape);
        let (pixels, channels) = (shape.height * shape.width, shape.channels);
        if picture.values.is_empty() {
            return picture;
        }
        for (planes, values) in planes
            .chunks_exact(shape.picture_len())
            .zip(picture.values.chunks_exact_mut(shape.picture_len()))
        {
            for (channel, plane) in planes.chunks_exact(pixels).enumerate() {
                for (pixel, &value) in values.chunks_exact_mut(channels).zip(plane) {
                    pixel[channel] = value;
                }
            }
        }
        picture
    }

    /// The same with zeros for further channels.
    pub(crate) fn widened(self, channels: usize) -> Self {
        if channels == self.shape.channels {
            return self;
        }
        let mut wide = Self::zeros(self.shape.with_channels(channels));
        let pixels = self.values.chunks_exact(self.shape.channels);
        for (wide, narrow) in wide.values.chunks_exact_mut(channels).zip(pixels) {
            wide[..self.shape.channels].copy_from_slice(narrow);
        }
        wide
    }

    /// One pixel for each row of `[picture, channel]`.
    pub(crate) fn from_rows(values: Vec<f32>, channels: usize) -> Self {
        Self {
            shape: Shape {
                pictures: values.len() / channels,
                height: 1,
                width: 1,
                channels,
            },
            values,
        }
    }

    /// To `[b, c, h, w]`, taking `count` channels from `first` on.
    pub(crate) fn to_tensor(&self, first: usize, count: usize, device: &Device) -> Tensor<4> {
        let Shape {
            pictures,
            height,
            width,
            ..
        } = self.shape;
        let planes = self.to_planes(first, count);
        Tensor::from_data(
            TensorData::new(planes, [pictures, count, height, width]),
            device,
        )
    }

    /// To values `[picture, channel, row, column]`, taking `count` channels from `first` on.
    pub(crate) fn to_planes(&self, first: usize, count: usize) -> Vec<f32> {
        let shape = self.shape;
        let mut planes: Vec<f32> = Vec::with_capacity(shape.pixels() * count);
        for picture in self.values.chunks(shape.picture_len().max(1)) {
            for channel in first..first + count {
                planes.extend(picture.iter().skip(channel).step_by(shape.channels));
            }
        }
        planes
    }
}

/// Parameters and pictures are f32 on every device of ours; anything else is converted.
pub(super) fn floats(data: TensorData) -> Vec<f32> {
    data.convert::<f32>()
        .try_into_vec()
        .expect("just converted to f32")
}
