//! `assay localnet advance`: moves the network's clock.

use super::state::{State, DEFAULT_DIR};
use crate::{output::format_time, Report, Result, Session};
use assay_client::format::{format_duration, parse_duration};
use assay_localnet::clock;
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay localnet advance 1h30m")]
pub struct Args {
    /// Time to move forward by, such as 90s, 15m, 2h, 7d or plain seconds.
    #[arg(value_parser = parse_duration)]
    duration: u64,
    /// State directory of the network.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

#[derive(Serialize)]
struct AdvanceReport {
    /// Seconds that the clock was moved by.
    seconds: u64,
    /// The network's clock now, Unix seconds.
    now: i64,
}

impl fmt::Display for AdvanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (by, now) = (format_duration(self.seconds), format_time(self.now));
        write!(f, "moved forward by {by}: the network's clock is at {now}")
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let url = if session.url_was_given {
        session.client.url().to_owned()
    } else {
        State::new(args.state.clone()).endpoints()?.rpc_url
    };
    let now = clock::advance(&url, args.duration)?;
    Report::new(&AdvanceReport {
        seconds: args.duration,
        now,
    })
}
