//! One AV1 picture, by the decoder rav1d, on this thread.
//!
//! The decoder is told the largest frame that it may make, which is what the container says of the
//! whole picture: a frame that claims more is refused before it is allocated.

use re_rav1d::dav1d::{
    Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings, pixel,
};

use super::{
    Fault,
    color::{Frame, Matrix, Plane},
    foreign,
};
use crate::metadata::heif::Coding;

/// Decodes the picture of an item. What its container says of colours counts before what it says
/// itself.
pub(super) fn decoded(data: &[u8], coding: Option<Coding>, most: u32) -> Result<Frame, Fault> {
    if data.is_empty() {
        return Err(Fault::ends_early());
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(most.max(1));
    let mut decoder = Decoder::with_settings(&settings).map_err(fault)?;
    match decoder.send_data(data.to_vec(), None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(fault(error)),
    }
    let picture = decoder.get_picture().map_err(fault)?;
    frame(&picture, coding)
}

fn frame(picture: &Picture, coding: Option<Coding>) -> Result<Frame, Fault> {
    let bits = picture.bits_per_component().map_or(8, |bits| bits.0);
    let layout = picture.pixel_layout();
    let planes: &[PlanarImageComponent] = match layout {
        PixelLayout::I400 => &[PlanarImageComponent::Y],
        _ => &[
            PlanarImageComponent::Y,
            PlanarImageComponent::U,
            PlanarImageComponent::V,
        ],
    };
    let matrix = match coding.map(|coding| coding.matrix) {
        Some(number) => number,
        None => number_of(picture.matrix_coefficients()),
    };
    let full_range = match coding {
        Some(coding) => coding.full_range,
        None => picture.color_range() == pixel::YUVRange::Full,
    };
    let (halved_across, halved_down) = match layout {
        PixelLayout::I420 => (true, true),
        PixelLayout::I422 => (true, false),
        PixelLayout::I400 | PixelLayout::I444 => (false, false),
    };
    let matrix =
        Matrix::of(matrix).ok_or_else(|| foreign(&format!("the colour coding {matrix}")))?;
    let planes = planes.iter().map(|component| Plane {
        bytes: picture.plane(*component),
        stride: picture.stride(*component) as usize,
    });
    Frame::new(
        planes.collect(),
        (picture.width() as usize, picture.height() as usize),
        (halved_across, halved_down),
        (bits, full_range),
        matrix,
    )
}

/// The number of ITU-T H.273.
fn number_of(matrix: pixel::MatrixCoefficients) -> u16 {
    use pixel::MatrixCoefficients as M;
    match matrix {
        M::Identity => 0,
        M::BT709 => 1,
        M::BT470M => 4,
        M::BT470BG | M::ST170M => 5,
        M::ST240M => 7,
        M::YCgCo => 8,
        M::BT2020NonConstantLuminance => 9,
        M::BT2020ConstantLuminance => 10,
        M::ST2085 => 11,
        M::ChromaticityDerivedNonConstantLuminance => 12,
        M::ChromaticityDerivedConstantLuminance => 13,
        M::ICtCp => 14,
        _ => 2,
    }
}

fn fault(error: Error) -> Fault {
    tracing::debug!(%error, "the decoder refuses");
    match error {
        Error::Again => Fault::ends_early(),
        _ => Fault::damaged("its AV1 data are damaged, or larger than the file says"),
    }
}
