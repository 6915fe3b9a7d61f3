//! `demo`: adds synthetic submissions to look at, or removes them all.

use super::progress::Progress;
use super::{Failure, WrongUsage, database, print, print_json};
use crate::actions::demo::{DemoWish, NothingOpen, add_demo};
use crate::actions::fold_tallies::fold_all;
use crate::actions::remove_demo::remove_demo;
use crate::catalog;
use crate::config::{DemoSettings, GlobalSettings, Output};
use crate::domain::period::day_in_vietnam;
use crate::storage::audit_log::Actor;
use crate::storage::catalogue;
use chrono::Utc;

/// Runs the command.
pub fn run(global: &GlobalSettings, settings: &DemoSettings) -> Result<(), Failure> {
    match (settings.count, settings.remove) {
        (Some(count), false) => add(global, count, settings),
        (None, true) => remove(global, settings.output),
        _ => {
            Err(WrongUsage("say either how many to add, `hailong demo 5000`, or `hailong demo --remove`".to_owned())
                .into())
        }
    }
}

fn add(global: &GlobalSettings, count: u32, settings: &DemoSettings) -> Result<(), Failure> {
    let counting = catalog::load(global.forms().as_deref())?.counting().clone();
    let opened = database::open(global, 1)?;
    let (now, actor) = (Utc::now(), Actor::command_line());
    let known = opened.db.run_blocking(catalogue::load)?;
    let wish = DemoWish { count, seed: settings.seed, today: day_in_vietnam(now) };
    let mut progress = Progress::start("adding demo submissions", u64::from(count));
    let mut reached = |done| progress.reach(done);
    let added = opened.db.run_blocking(|conn| add_demo(conn, now, &actor, &known, &wish, &mut reached))?;
    drop(progress);
    if let Err(NothingOpen) = added {
        return Err("no survey takes answers now: open one with `hailong survey open`".into());
    }
    let progress = Progress::wait("counting them");
    opened.db.run_blocking(|conn| fold_all(conn, now, &counting))?;
    drop(progress);
    if settings.output.json {
        return print_json(&serde_json::json!({ "added": count }));
    }
    print(&format!("{count} demo submissions added; `hailong demo --remove` removes them again"))
}

fn remove(global: &GlobalSettings, output: Output) -> Result<(), Failure> {
    let counting = catalog::load(global.forms().as_deref())?.counting().clone();
    let opened = database::open(global, 1)?;
    let (now, actor) = (Utc::now(), Actor::command_line());
    let progress = Progress::wait("removing demo submissions");
    let removed = opened.db.run_blocking(|conn| remove_demo(conn, now, &actor))?;
    opened.db.run_blocking(|conn| fold_all(conn, now, &counting))?;
    drop(progress);
    if output.json {
        return print_json(&serde_json::json!({ "removed": removed }));
    }
    print(&format!("{removed} demo submissions removed"))
}
