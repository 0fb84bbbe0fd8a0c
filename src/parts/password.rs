//! The rule for passwords, said in the browser as the server says it.

/// The fewest characters.
const LEAST: usize = 12;

/// What stands under a new password.
pub const PASSWORD_HINT: &str = "At least 12 characters; a few words are better than a few signs";

/// What is wrong with a new password.
pub fn judge_password(text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length < LEAST {
        return Err(format!("password has {length} characters, at least {LEAST} are needed"));
    }
    Ok(())
}
