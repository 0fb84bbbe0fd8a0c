//! The keyboard alone.

use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use serde_json::json;

use super::{browser::Browser, find::Find};

/// More stops than any screen has.
const STOPS: usize = 90;

impl Browser {
    /// Presses one key, wherever the focus is.
    pub async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into());
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.expect("a key can be pressed");
    }

    /// Presses Tab until the focus is on it, from where the focus is. Fails where the keyboard cannot reach it, and where
    /// what was done before has lost the focus.
    pub async fn tab_to(&self, find: Find) {
        self.shows(find.clone()).await;
        self.keeps_the_focus().await;
        for _ in 0..STOPS {
            let focused = "return found.includes(document.activeElement);";
            if self.finder(&find, focused).await == json!(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("the keyboard does not reach {find}\n{}", self.text().await);
    }

    /// Waits until the focus is on something. Only a page on which nothing was done yet has it nowhere.
    pub async fn keeps_the_focus(&self) {
        let kept =
            "return document.activeElement !== document.body || !navigator.userActivation.hasBeenActive;";
        self.until("the focus on something", async || {
            (self.script(kept, Vec::new()).await == json!(true)).then_some(())
        })
        .await;
    }

    /// Types text, wherever the focus is.
    pub async fn type_text(&self, text: &str) {
        let mut keys = KeyActions::new("keyboard".into());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.expect("text can be typed");
    }
}
