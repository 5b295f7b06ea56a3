//! Jobs and seats for unit tests, as the chain would show them.

use crate::{
    content_stores::{ContentStores, ReadUrls},
    posting::Posting,
    seat_id::{JobId, SeatId, TaskId},
};
use assay_client::{instruction::market::SeatPlace, Address, JobView, RoundView};
use assay_content::{ContentHash, ContentStore, JobUrls, StoreConfig};
use assay_market::{
    game::{Seat, SeatState},
    state::{Job, RoundHeader, Source},
};
use bytemuck::Zeroable;
use std::{fs, path::Path};

/// Returns the address whose bytes are all `byte`.
pub fn address(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// Returns a job of `tasks` tasks, each with a first seat, a late seat and no chance of a check. It was posted at time 0 and
/// can be claimed until 1,000; runs have 60 seconds, openings 70 and the hold 900. The market's whole collateral is 1,000, a
/// bond 10, the price 2, a lie costs 100 more, the reserve is 5 and a step 8 seconds.
pub fn job(tasks: u32) -> JobView {
    let mut header = Job::zeroed();
    header.seed = [7; 32];
    header.bond = 10.into();
    header.lie = 100.into();
    header.price = 2.into();
    header.value = 2.into();
    header.reserve = 5.into();
    header.claim_window = 1_000.into();
    header.run_window = 60.into();
    header.open_window = 70.into();
    header.hold = 900.into();
    header.step = 8.into();
    header.total_collateral = 1_000.into();
    header.task_count = tasks.into();
    header.open_tasks = tasks.into();
    header.late_seats = 1;
    let seats = vec![Seat::default(); tasks as usize * usize::from(header.width())];
    JobView {
        address: address(200),
        header,
        seats,
    }
}

/// Returns [`job`] without checks and rounds.
pub fn posting(tasks: u32) -> Posting {
    Posting {
        job: job(tasks),
        rounds: Vec::new(),
    }
}

/// Sets the holder and state of the seat `index` of a job. It was claimed at time 400.
pub fn set_seat(job: &mut JobView, index: usize, worker: Address, state: SeatState) {
    let seat = &mut job.seats[index];
    seat.worker = worker;
    seat.claimed_at = 400.into();
    seat.state = state as u8;
}

/// Returns the name of a task of [`job`].
pub fn task(task: u32) -> TaskId {
    JobId::of(&job(1)).task(task)
}

/// Returns the name of a seat in the account of [`job`].
pub fn seat(task: u32, seat: u8) -> SeatId {
    JobId::of(&job(1)).seat(SeatPlace {
        task,
        source: Source::Job,
        seat,
    })
}

/// Returns the drawn account of a check or round of a task of [`job`], whose seats are free. It was opened at `opened_at`.
pub fn round(task: u32, source: Source, opened_at: u32) -> RoundView {
    let (kind, seats) = match source {
        Source::Dispute => (1, 5),
        Source::Appeal => (2, 45),
        _ => (0, 1),
    };
    let mut header = RoundHeader::zeroed();
    header.kind = kind;
    header.job = address(200);
    header.task = task.into();
    header.round.opened_at = opened_at.into();
    header.round.seed = [6; 32];
    header.round.drawn = 1;
    RoundView {
        address: address(201),
        header,
        seats: vec![Seat::default(); seats],
    }
}

/// Read URLs by the first byte of a worker's address.
pub struct FixedReadUrls(pub Vec<(u8, String)>);

impl ReadUrls for FixedReadUrls {
    fn read_urls(&self, workers: &[Address]) -> Vec<String> {
        let url = |worker: &Address| {
            let found = self.0.iter().find(|(byte, _)| address(*byte) == *worker);
            found.map(|(_, url)| url.clone())
        };
        workers.iter().filter_map(url).collect()
    }
}

/// Puts content into the cache at `dir`, and returns its name.
pub fn keep(dir: &Path, content: &[u8]) -> ContentHash {
    let name = ContentHash::of(content);
    fs::write(dir.join(name.to_string()), content).expect("a writable directory");
    name
}

/// Returns stores with their cache in `dir`, which follow job URLs and these read URLs.
pub fn stores(dir: &Path, read_urls: Vec<(u8, String)>) -> ContentStores {
    let store = |job_urls| {
        let mut config = StoreConfig::new(dir);
        config.job_urls = job_urls;
        ContentStore::open(config).expect("a writable directory")
    };
    ContentStores {
        remote: store(JobUrls::AnyAddress),
        local: store(JobUrls::Deny),
        read_urls: Box::new(FixedReadUrls(read_urls)),
    }
}
