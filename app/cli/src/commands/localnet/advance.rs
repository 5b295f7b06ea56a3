use super::state::{State, DEFAULT_DIR};
use crate::{time::format_time, Outcome, Result, Session};
use assay_client::format::{format_duration, parse_duration};
use assay_localnet::clock;
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay localnet advance 1h30m")]
pub struct Args {
    /// How far, like 90s, 15m, 2h, 7d or plain seconds.
    #[arg(value_parser = parse_duration)]
    duration: u64,
    /// State directory that the network was started with.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

/// Where the clock is now.
#[derive(Serialize)]
struct Advanced {
    /// Seconds travelled.
    seconds: u64,
    /// Unix time that the network's clock reads.
    now: i64,
}

impl fmt::Display for Advanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (by, now) = (format_duration(self.seconds), format_time(self.now));
        write!(f, "{by} later: the network's clock reads {now}")
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let url = match session.url_was_given {
        true => session.client.url().to_owned(),
        false => State::new(args.state.clone()).endpoints()?.rpc_url,
    };
    let now = clock::advance(&url, args.duration)?;
    Outcome::ok(&Advanced {
        seconds: args.duration,
        now,
    })
}
