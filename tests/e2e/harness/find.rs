//! What is looked for.

use serde::Serialize;

/// An element by role and accessible name, perhaps inside another.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Find {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, Serialize)]
struct Step {
    role: &'static str,
    name: String,
}

/// Any role. The name is the whole accessible name, or else its beginning.
pub fn role(role: &'static str, name: impl Into<String>) -> Find {
    Find { steps: vec![Step { role, name: name.into() }] }
}

/// A button by its name.
pub fn button(name: impl Into<String>) -> Find {
    role("button", name)
}

/// A link by its name.
pub fn link(name: impl Into<String>) -> Find {
    role("link", name)
}

/// A text field by its label.
pub fn field(name: impl Into<String>) -> Find {
    role("textbox", name)
}

impl Find {
    /// Looks for `inner` inside what this finds.
    pub fn inside(mut self, mut inner: Self) -> Self {
        self.steps.append(&mut inner.steps);
        self
    }
}

impl std::fmt::Display for Find {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, step) in self.steps.iter().rev().enumerate() {
            let joint = if number == 0 { "" } else { " inside " };
            write!(f, "{joint}{} `{}`", step.role, step.name)?;
        }
        Ok(())
    }
}
