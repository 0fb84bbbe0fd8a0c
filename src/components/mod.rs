//! The kit: dumb parts on native elements. Values come in, callbacks go out; nothing here fetches, knows a route or a
//! session.
//!
//! | part | for |
//! |---|---|
//! | [`icon`] | a small picture beside a word, never instead of one |
//! | [`act_button`], [`command`], [`row_act`] | something happens; says what is lacking instead of hiding |
//! | [`chip`], [`privileged`] | a state, the mark of a privileged role |
//! | [`note`] | a sentence that must not be missed, inside the page |
//! | [`Toasts`], [`toast_region`] | what has just happened, and the bell that keeps it |
//! | [`modal`], [`confirm`] | a native dialog that gives the focus back; the question before something is lost |
//! | [`lead_to`] | the focus, for whoever uses a keyboard |
//! | [`popover`], [`menu_button`] | what hangs from a button of the top bar, or of the page |
//! | [`tip`] | a few words about a field, behind an i |
//! | [`avatar`] | a person |
//! | [`secret`], [`codes`], [`qr`] | what is shown once |
//! | [`facts`], [`check`], [`radios`], [`Choice`] | words beside words, choices |

mod avatar;
mod button;
mod chip;
mod choice;
mod facts;
mod focus;
mod icon;
mod menu_button;
mod modal;
mod note;
mod popover;
mod qr;
mod secret;
mod tip;
mod toast;

pub use avatar::avatar;
pub use button::{act_button, command, row_act};
pub use chip::{chip, privileged};
pub use choice::{Choice, check, radios};
pub use facts::facts;
pub use focus::lead_to;
pub use icon::{Icon, icon};
pub use menu_button::menu_button;
pub use modal::{Question, Standing, confirm, modal, title_here};
pub use note::note;
pub use popover::popover;
pub use qr::qr;
pub use secret::{codes, secret};
pub use tip::tip;
pub use toast::{Toasts, Tone, toast_list, toast_region, use_toasts};
