//! Where a panorama lies on its sphere, in the pixels of a picture that has another size now.

use super::{Fate, PANORAMA, edited};

/// What a packet says of where a picture lies on a sphere ("Photo Sphere XMP Metadata", Google): the
/// size that the picture had, in whose pixels all else is said.
pub(super) struct Panorama {
    width: f64,
    height: f64,
}

impl Panorama {
    pub(super) fn of(text: &str) -> Option<Self> {
        let (mut width, mut height) = (None, None);
        let _ = edited(text, |space, name, value| {
            let number = || value.trim().parse::<f64>().ok().filter(|n| *n >= 1.0);
            match (space, name) {
                (PANORAMA, "CroppedAreaImageWidthPixels") => width = width.or_else(number),
                (PANORAMA, "CroppedAreaImageHeightPixels") => height = height.or_else(number),
                _ => {}
            }
            Fate::Stays
        });
        Some(Self {
            width: width?,
            height: height?,
        })
    }

    /// A picture that was enlarged as a whole lies where it lay, in smaller pixels. Of one with other
    /// proportions nobody knows where it lies.
    pub(super) fn fate(&self, name: &str, value: &str, (width, height): (u32, u32)) -> Fate {
        let (across, down) = (
            f64::from(width) / self.width,
            f64::from(height) / self.height,
        );
        let rounding = 1.0 / self.width.min(self.height);
        if (across / down - 1.0).abs() > rounding {
            return Fate::Goes;
        }
        let by = match name {
            "CroppedAreaImageWidthPixels"
            | "FullPanoWidthPixels"
            | "CroppedAreaLeftPixels"
            | "LargestValidInteriorRectWidth"
            | "LargestValidInteriorRectLeft" => across,
            "CroppedAreaImageHeightPixels"
            | "FullPanoHeightPixels"
            | "CroppedAreaTopPixels"
            | "LargestValidInteriorRectHeight"
            | "LargestValidInteriorRectTop" => down,
            _ => return Fate::Stays,
        };
        match value.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Fate::Becomes((number * by).round().to_string()),
            _ => Fate::Goes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sized;

    #[test]
    fn a_panorama_grows_with_its_picture_and_ends_with_its_proportions() {
        let packet = "<a xmlns:P='http://ns.google.com/photos/1.0/panorama/' \
            P:ProjectionType='equirectangular' P:FullPanoWidthPixels='4000' \
            P:FullPanoHeightPixels='2000' P:CroppedAreaLeftPixels='100' \
            P:CroppedAreaImageWidthPixels='3000'>\
            <P:CroppedAreaImageHeightPixels>700</P:CroppedAreaImageHeightPixels>\
            <P:CroppedAreaTopPixels>650</P:CroppedAreaTopPixels></a>";
        let after = |size| String::from_utf8(sized(packet.into(), size)).expect("text");
        assert_eq!(after((3000, 700)), packet);
        let larger = after((6000, 1400));
        for said in [
            "ProjectionType='equirectangular'",
            "FullPanoWidthPixels='8000'",
            "FullPanoHeightPixels='4000'",
            "CroppedAreaLeftPixels='200'",
            "CroppedAreaImageWidthPixels='6000'",
            ">1400</P:CroppedAreaImageHeightPixels>",
            ">1300</P:CroppedAreaTopPixels>",
        ] {
            assert!(larger.contains(said), "{said}: {larger}");
        }
        let part = after((800, 700));
        assert!(
            !part.contains("P:Full") && !part.contains("P:Cropped"),
            "{part}"
        );
        assert!(!part.contains("equirectangular"), "{part}");
    }
}
