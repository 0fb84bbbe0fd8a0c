//! `cargo xtask bench`: the figures that Pimlico is held to, one a line, with unit, baseline and goal.

mod browser;
mod page;
mod server;

use crate::{
    command::{Failure, Result, cargo, run as run_command, step},
    environment, portal, setup,
};

/// One figure.
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// What it is compared with, in words.
    baseline: String,
    goal: f64,
    /// Beyond this the bench fails.
    limit: Option<f64>,
}

impl Figure {
    fn print(&self) {
        let Self { name, value, unit, baseline, goal, .. } = self;
        let verdict = if value > goal { "MISSED" } else { "met" };
        println!("{name}: {value:.1} {unit} ({baseline}; goal at most {goal} {unit}: {verdict})");
    }
}

pub fn run() -> Result {
    setup::chromium()?;
    portal::build()?;
    step("Build for release", || {
        run_command(&mut cargo(["build", "--release", "--package", "server"]))?;
        run_command(&mut cargo(["build", "--release", "--package", "testkit", "--example", "bench"]))
    })?;
    let mut figures = server::figures()?;
    let lab = server::Lab::start()?;
    figures.push(page::first_load(lab.port)?);
    figures.push(page::my_roles(&lab)?);
    figures.push(lab.idle_memory()?);
    drop(lab);
    println!();
    figures.iter().for_each(Figure::print);
    // What needs the engine itself runs in a program of its own and prints the same kind of lines.
    run_command(&mut crate::command::program(environment::target().join("release/examples/bench")))?;

    let over: Vec<_> =
        figures.iter().filter(|figure| figure.limit.is_some_and(|limit| figure.value > limit)).collect();
    let names: Vec<_> = over.iter().map(|figure| figure.name).collect();
    if names.is_empty() { Ok(()) } else { Err(Failure(format!("over the limit: {}", names.join(", ")))) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
