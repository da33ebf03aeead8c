//! The measures as a section of a model card.

use std::fmt::Write;

use super::{Distances, Measures};

impl Measures {
    /// Tables in Markdown, without a heading. Names the sheets as they are saved.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { data, .. } = self;
        writeln!(
            text,
            "Measured on {} crops of {} × {} pixels from {} held-out pictures (photographs: \
             {}; seed {}; data {}).\n",
            data.crops,
            data.side,
            data.side,
            data.pictures,
            data.photographs,
            data.seed,
            data.fingerprint.get(..16).unwrap_or_default(),
        )?;
        writeln!(
            text,
            "Mean squared error of the predicted noise: **{:.4}** over all timesteps. By level of \
             noise (sigma: its standard deviation beside a picture in [-1, 1]):\n",
            self.loss.mean
        )?;
        writeln!(text, "| timesteps | sigma | loss |\n| --- | --- | --- |")?;
        for bin in &self.loss.bins {
            writeln!(
                text,
                "| {}–{} | {:.3} | {:.4} |",
                bin.from, bin.to, bin.sigma, bin.mse
            )?;
        }
        if !self.estimates.is_empty() {
            writeln!(
                text,
                "\nThe estimate of the clean picture, from one evaluation: root mean squared error \
                 (pictures in [-1, 1]) and mean PSNR:\n"
            )?;
            writeln!(text, "| sigma | RMSE | PSNR in dB |\n| --- | --- | --- |")?;
        }
        for level in &self.estimates {
            writeln!(
                text,
                "| {:.2} | {:.4} | {:.2} |",
                level.sigma, level.rmse, level.psnr
            )?;
        }
        writeln!(
            text,
            "\nDenoising, mean PSNR in dB over the crops (clipped to [0, 1]; `denoising.png`):\n"
        )?;
        writeln!(
            text,
            "| sigma (8-bit levels) | noisy | denoised |\n| --- | --- | --- |"
        )?;
        for level in &self.denoising {
            writeln!(
                text,
                "| {} | {:.2} | {:.2} |",
                level.sigma_255, level.noisy_db, level.denoised_db
            )?;
        }
        if self.samples > 0 {
            writeln!(
                text,
                "\nUnconditional samples ({} of {} DDIM steps each): `samples.png`.",
                self.samples, self.sampling_steps
            )?;
        }
        self.write_memorisation(text)
    }

    fn write_memorisation(&self, text: &mut String) -> std::fmt::Result {
        let Some(found) = &self.memorisation else {
            return Ok(());
        };
        writeln!(
            text,
            "\nCopies? Distance to the nearest of {} training windows, root mean squared \
             difference in 8-bit levels (`nearest.png` shows each sample above its nearest \
             window). Samples much nearer than held-out crops would be copies.\n",
            found.windows
        )?;
        writeln!(
            text,
            "| from | smallest | median | largest |\n| --- | --- | --- | --- |"
        )?;
        let mut row = |name: &str, d: &Distances| {
            writeln!(
                text,
                "| {name} | {:.1} | {:.1} | {:.1} |",
                d.min, d.median, d.max
            )
        };
        row("samples", &found.samples)?;
        row("held-out crops", &found.held_out)?;
        if let Some(training) = &found.training {
            row("training crops, to other photographs", training)?;
        }
        let each = found
            .nearest
            .iter()
            .map(|(_, distance)| format!("{distance:.1}"));
        writeln!(
            text,
            "\nEach sample: {}.",
            each.collect::<Vec<_>>().join(", ")
        )
    }
}
