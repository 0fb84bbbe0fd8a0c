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

    /// Presses Tab until the focus is on it. Fails where the keyboard cannot reach it.
    pub async fn tab_to(&self, find: Find) {
        self.shows(find.clone()).await;
        for _ in 0..STOPS {
            let focused = "return found.includes(document.activeElement);";
            if self.finder(&find, focused).await == json!(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("the keyboard does not reach {find}\n{}", self.text().await);
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
