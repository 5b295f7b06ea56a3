//! Reads and writes amounts and durations as people type them. All conversions are exact; no floating point is used.

/// Why a text is not an amount. Each message is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("`{0}` is not an amount; write digits with at most one decimal point, like 1.5")]
    NotANumber(String),
    #[error("`{text}` has more than the {decimals} decimal places of this token")]
    TooFine { text: String, decimals: u8 },
    #[error("`{0}` is more than any balance can hold")]
    TooLarge(String),
}

/// Reads an amount in whole tokens, such as `1.5`. Returns base units of a token with `decimals` decimal places.
///
/// # Errors
/// [`AmountError::NotANumber`], [`AmountError::TooFine`] or [`AmountError::TooLarge`].
pub fn parse_amount(text: &str, decimals: u8) -> Result<u64, AmountError> {
    let not_a_number = || AmountError::NotANumber(text.to_owned());
    let too_large = || AmountError::TooLarge(text.to_owned());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let dangling = text.contains('.') && fraction.is_empty();
    if whole.is_empty() || dangling || !digits(whole) || !digits(fraction) {
        return Err(not_a_number());
    }
    let Some(padding) = usize::from(decimals).checked_sub(fraction.len()) else {
        return Err(AmountError::TooFine {
            text: text.to_owned(),
            decimals,
        });
    };
    let units = format!("{whole}{fraction}{}", "0".repeat(padding));
    units.parse().map_err(|_| too_large())
}

/// Writes base units as whole tokens, without trailing zeros. It is the inverse of [`parse_amount`].
pub fn format_amount(units: u64, decimals: u8) -> String {
    let places = usize::from(decimals);
    let digits = format!("{units:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// Reads a duration such as `7d`, `1h 30m`, or plain seconds. Returns seconds.
///
/// # Errors
/// A sentence if the text is not a duration, not a whole number of seconds, or more than 64 bits of seconds.
pub fn parse_duration(text: &str) -> Result<u64, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .map_err(|_| format!("`{text}` seconds is too long"));
    }
    match humantime::parse_duration(text) {
        Ok(duration) if duration.subsec_nanos() == 0 => Ok(duration.as_secs()),
        Ok(_) => Err(format!("`{text}` is not a whole number of seconds")),
        Err(_) => Err(format!(
            "`{text}` is not a duration; write 90s, 15m, 1h 30m, 7d or plain seconds"
        )),
    }
}

/// Writes seconds as days, hours, minutes and seconds, such as `1h 30m`.
pub fn format_duration(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let shown = parts.iter().filter(|(count, _)| *count > 0);
    let text: Vec<_> = shown
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, decimals, units) in [
            ("1.5", 9, 1_500_000_000),
            ("0.000001", 6, 1),
            ("12", 6, 12_000_000),
            ("0", 0, 0),
            ("007.10", 2, 710),
            ("18446744073.709551615", 9, u64::MAX),
        ] {
            assert_eq!(parse_amount(text, decimals), Ok(units), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1.2.3", "0x1", "١",
        ] {
            let refused = parse_amount(text, 9);
            assert_eq!(refused, Err(AmountError::NotANumber(text.into())), "{text}");
        }
        let too_fine = parse_amount("0.0000001", 6);
        assert!(matches!(too_fine, Err(AmountError::TooFine { .. })));
        let too_large = parse_amount("18446744073.709551616", 9);
        assert!(matches!(too_large, Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for units in [0, 1, 10, 999_999, 1_000_000, 1_500_000, u64::MAX] {
            for decimals in [0, 6, 9] {
                let text = format_amount(units, decimals);
                assert_eq!(parse_amount(&text, decimals), Ok(units), "{text}");
            }
        }
        assert_eq!(format_amount(1_500_000, 6), "1.5");
    }

    #[test]
    fn a_written_duration_is_read_back() {
        for seconds in [0, 59, 90, 3_600, 86_399, 604_800, 15_552_001] {
            let text = format_duration(seconds);
            assert_eq!(parse_duration(&text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn durations_are_whole_seconds() {
        for (text, seconds) in [
            ("3600", 3_600),
            ("7d", 604_800),
            ("1h 30m", 5_400),
            ("0", 0),
        ] {
            assert_eq!(parse_duration(text), Ok(seconds), "{text}");
        }
        for text in [
            "",
            "h",
            "1 fortnight",
            "500ms",
            "-1s",
            "99999999999999999999",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
