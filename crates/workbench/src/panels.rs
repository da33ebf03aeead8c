//! Everything around the canvas. Views read the state and push commands.

mod ask;
mod banner;
mod batch;
mod canvas_bar;
mod compare_bar;
mod dialogs;
mod drawer;
mod finder;
mod import;
mod inspector;
mod mask_card;
mod overlays;
mod question;
mod rail;
mod status;
mod steps_list;
mod top_bar;
mod tour;
mod widgets;

pub(crate) use ask::ask_ui;
pub(crate) use banner::banner_ui;
pub(crate) use batch::batch_ui;
pub(crate) use canvas_bar::canvas_bar_ui;
pub(crate) use compare_bar::compare_bar_ui;
pub(crate) use dialogs::dialog_ui;
pub(crate) use drawer::drawer_ui;
pub(crate) use finder::finder_ui;
pub(crate) use import::import_ui;
pub(crate) use inspector::inspector_ui;
pub(crate) use overlays::overlay_ui;
pub(crate) use question::question_ui;
pub(crate) use rail::rail_ui;
pub(crate) use status::status_ui;
pub(crate) use top_bar::{shown, top_bar_ui};
pub(crate) use tour::tour_ui;
