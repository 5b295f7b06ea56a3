//! How often a client may ask.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
    time::{Duration, Instant},
};

/// Clients that are remembered at most. One that has not asked for a whole period is forgotten first.
const MAX_CLIENTS: usize = 10_000;

/// So many requests in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests, at least 1.
    count: u32,
    period: Duration,
}

impl Rate {
    /// Returns the time that one request takes up.
    fn interval(&self) -> Duration {
        self.period / self.count.max(1)
    }
}

impl FromStr for Rate {
    type Err = String;

    /// Reads `10/min`, `2/s` or `100/h`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a rate such as 10/min, 2/s or 100/h");
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let seconds = match unit {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            _ => return Err(wrong()),
        };
        match count.parse() {
            Ok(count @ 1..=1_000_000) => Ok(Self {
                count,
                period: Duration::from_secs(seconds),
            }),
            _ => Err(wrong()),
        }
    }
}

/// Counts the requests of each client. A client can use up its whole count at once; then one request becomes free every
/// `period / count` (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
pub struct RateLimiter {
    rate: Rate,
    /// When each client will have used up nothing.
    full_at: HashMap<IpAddr, Instant>,
}

impl RateLimiter {
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: HashMap::new(),
        }
    }

    /// Counts a request of `client` at `now`.
    ///
    /// # Errors
    /// The time after which the client may ask again, if it has asked too often.
    pub fn admit(&mut self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let client = network_of(client);
        if self.full_at.len() >= MAX_CLIENTS {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let is_known = self.full_at.contains_key(&client);
        if !is_known && self.full_at.len() >= MAX_CLIENTS {
            return Err(self.rate.period);
        }
        let full_at = self.full_at.entry(client).or_insert(now);
        let used = full_at.saturating_duration_since(now);
        let after = used.saturating_add(self.rate.interval());
        if after > self.rate.period {
            return Err(after.saturating_sub(self.rate.period));
        }
        *full_at = now.checked_add(after).unwrap_or(now);
        Ok(())
    }
}

/// Returns who counts as one client: an IPv4 address, or the network of 2⁶⁴ IPv6 addresses that one customer gets.
fn network_of(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn a_rate_is_read_from_count_and_unit() {
        let interval = |text: &str| Rate::from_str(text).map(|rate| rate.interval());
        assert_eq!(interval("10/min"), Ok(Duration::from_secs(6)));
        assert_eq!(interval("2/s"), Ok(Duration::from_millis(500)));
        assert_eq!(interval("3600/h"), Ok(Duration::from_secs(1)));
        for text in ["", "10", "0/s", "-1/s", "10/day", "1000001/s", "x/s"] {
            assert!(interval(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_client_uses_up_its_count_and_gets_it_back_one_by_one() {
        let mut limiter = RateLimiter::new("3/min".parse().unwrap());
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(limiter.admit(client(1), start), Ok(()));
        }
        assert_eq!(
            limiter.admit(client(1), start),
            Err(Duration::from_secs(20))
        );
        assert_eq!(limiter.admit(client(2), start), Ok(()), "another client");
        let later = start + Duration::from_secs(20);
        assert_eq!(limiter.admit(client(1), later), Ok(()));
        assert_eq!(
            limiter.admit(client(1), later),
            Err(Duration::from_secs(20))
        );
    }

    #[test]
    fn the_addresses_of_one_ipv6_customer_are_one_client() {
        let mut limiter = RateLimiter::new("1/h".parse().unwrap());
        let now = Instant::now();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(limiter.admit(address("2001:db8::1"), now).is_ok());
        assert!(limiter.admit(address("2001:db8::2"), now).is_err());
        assert!(limiter.admit(address("2001:db8:0:1::1"), now).is_ok());
        assert!(limiter.admit(address("::ffff:192.0.2.1"), now).is_ok());
        assert!(limiter.admit(client(1), now).is_err());
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_memory_and_locks_nobody_out_who_was_here() {
        let mut limiter = RateLimiter::new("2/h".parse().unwrap());
        let now = Instant::now();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..MAX_CLIENTS as u32 {
            assert!(limiter.admit(address(n), now).is_ok());
        }
        assert!(limiter.admit(address(u32::MAX), now).is_err());
        assert!(limiter.admit(address(0), now).is_ok());
        let later = now + Duration::from_secs(3_600);
        assert!(limiter.admit(address(u32::MAX), later).is_ok());
        assert!(limiter.full_at.len() < MAX_CLIENTS);
    }
}
