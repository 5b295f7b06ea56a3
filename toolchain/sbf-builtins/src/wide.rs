//! 128-bit arithmetic in 64-bit steps. Nothing here may use a 128-bit type, a signed division or a panic.

/// A 128-bit value as two 64-bit halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wide {
    pub high: u64,
    pub low: u64,
}

/// Quotient and remainder of a division.
#[derive(Clone, Copy)]
pub(crate) struct Division {
    pub quotient: Wide,
    pub remainder: Wide,
}

const HALF: u32 = 32;
const LOW_HALF: u64 = 0xFFFF_FFFF;

/// Returns the two's-complement negation, modulo 2¹²⁸.
#[inline(always)]
#[cfg(any(test, feature = "signed-division"))]
pub(crate) fn negate(value: Wide) -> Wide {
    let low = value.low.wrapping_neg();
    Wide {
        high: (!value.high).wrapping_add((value.low == 0) as u64),
        low,
    }
}

/// Returns `a · b` modulo 2¹²⁸.
#[inline(always)]
pub(crate) fn multiply(a: Wide, b: Wide) -> Wide {
    let product = multiply_words(a.low, b.low);
    let cross = a
        .high
        .wrapping_mul(b.low)
        .wrapping_add(a.low.wrapping_mul(b.high));
    Wide {
        high: product.high.wrapping_add(cross),
        low: product.low,
    }
}

/// Returns the full product `a · b`, from four products of 32-bit halves.
#[inline(always)]
fn multiply_words(a: u64, b: u64) -> Wide {
    let (a1, a0) = (a >> HALF, a & LOW_HALF);
    let (b1, b0) = (b >> HALF, b & LOW_HALF);
    let low = a0.wrapping_mul(b0);
    // Neither sum can overflow: (2³² − 1)² + 2·(2³² − 1) = 2⁶⁴ − 1.
    let middle = a1.wrapping_mul(b0).wrapping_add(low >> HALF);
    let other = a0.wrapping_mul(b1).wrapping_add(middle & LOW_HALF);
    Wide {
        high: a1
            .wrapping_mul(b1)
            .wrapping_add(middle >> HALF)
            .wrapping_add(other >> HALF),
        low: (other << HALF) | (low & LOW_HALF),
    }
}

/// Returns `dividend / divisor` and the remainder.
///
/// The compiler checks the divisor for zero before it calls. If it is zero nevertheless, the quotient is 0 and the remainder
/// is the dividend, as with the machine's own division.
#[inline(always)]
pub(crate) fn divide(dividend: Wide, divisor: Wide) -> Division {
    if divisor.high == 0 {
        divide_by_word(dividend, divisor.low)
    } else {
        divide_by_wide(dividend, divisor)
    }
}

#[inline(always)]
fn divide_by_word(dividend: Wide, divisor: u64) -> Division {
    if divisor == 0 {
        return Division {
            quotient: Wide { high: 0, low: 0 },
            remainder: dividend,
        };
    }
    if dividend.high == 0 {
        return Division {
            quotient: Wide {
                high: 0,
                low: dividend.low / divisor,
            },
            remainder: Wide {
                high: 0,
                low: dividend.low % divisor,
            },
        };
    }
    let high = dividend.high / divisor;
    let rest = Wide {
        high: dividend.high % divisor,
        low: dividend.low,
    };
    let (low, remainder) = if divisor <= LOW_HALF {
        divide_by_half(rest, divisor)
    } else {
        divide_below(rest, divisor)
    };
    Division {
        quotient: Wide { high, low },
        remainder: Wide {
            high: 0,
            low: remainder,
        },
    }
}

/// Returns quotient and remainder for a divisor below 2³² and `dividend.high < divisor`, by two native divisions.
#[inline(always)]
fn divide_by_half(dividend: Wide, divisor: u64) -> (u64, u64) {
    let upper = (dividend.high << HALF) | (dividend.low >> HALF);
    let lower = ((upper % divisor) << HALF) | (dividend.low & LOW_HALF);
    (
        ((upper / divisor) << HALF) | (lower / divisor),
        lower % divisor,
    )
}

/// Returns quotient and remainder for `dividend.high < divisor`, where the quotient is one word. Uses Knuth's algorithm D
/// (TAOCP vol. 2, 4.3.1) with two digits of 32 bits.
#[inline(always)]
fn divide_below(dividend: Wide, divisor: u64) -> (u64, u64) {
    let shift = leading_zeros(divisor);
    let divisor = divisor << shift;
    let dividend = shift_left(dividend, shift);
    let (first, rest) = next_digit(dividend.high, dividend.low >> HALF, divisor);
    let (second, rest) = next_digit(rest, dividend.low & LOW_HALF, divisor);
    ((first << HALF) | second, rest >> shift)
}

/// Returns one digit of a quotient: `(head·2³² + digit) / divisor`, for `head < divisor` and a divisor with its top bit set.
#[inline(always)]
fn next_digit(head: u64, digit: u64, divisor: u64) -> (u64, u64) {
    let (top, bottom) = (divisor >> HALF, divisor & LOW_HALF);
    let mut guess = head / top;
    let mut left = head % top;
    // The guess is at most two too large. Once it is a single digit, the test needs only 64 bits.
    while guess > LOW_HALF || guess.wrapping_mul(bottom) > ((left << HALF) | digit) {
        guess = guess.wrapping_sub(1);
        left = left.wrapping_add(top);
        if left > LOW_HALF {
            break;
        }
    }
    // The true remainder fits one word, so wrapping arithmetic finds it.
    let rest = (head << HALF)
        .wrapping_add(digit)
        .wrapping_sub(guess.wrapping_mul(divisor));
    (guess, rest)
}

/// Divides by at least 2⁶⁴, so that the quotient is one word. It is estimated from the divisor's top 64 bits and corrected
/// once (Warren, Hacker's Delight, 9-5).
#[inline(always)]
fn divide_by_wide(dividend: Wide, divisor: Wide) -> Division {
    if less(dividend, divisor) {
        return Division {
            quotient: Wide { high: 0, low: 0 },
            remainder: dividend,
        };
    }
    let shift = leading_zeros(divisor.high);
    let top = shift_left(divisor, shift).high;
    // Halve the dividend, so that its high word is below `top`.
    let halved = Wide {
        high: dividend.high >> 1,
        low: (dividend.high << 63) | (dividend.low >> 1),
    };
    let (estimate, _) = divide_below(halved, top);
    let estimate = estimate >> (63 - shift);
    // The estimate is never too small and at most one too large. One less is never too large.
    let mut quotient = estimate.wrapping_sub((estimate != 0) as u64);
    let mut remainder = subtract(
        dividend,
        multiply(
            divisor,
            Wide {
                high: 0,
                low: quotient,
            },
        ),
    );
    if !less(remainder, divisor) {
        quotient = quotient.wrapping_add(1);
        remainder = subtract(remainder, divisor);
    }
    Division {
        quotient: Wide {
            high: 0,
            low: quotient,
        },
        remainder,
    }
}

#[inline(always)]
fn less(a: Wide, b: Wide) -> bool {
    a.high < b.high || (a.high == b.high && a.low < b.low)
}

#[inline(always)]
fn subtract(a: Wide, b: Wide) -> Wide {
    let borrow = (a.low < b.low) as u64;
    Wide {
        high: a.high.wrapping_sub(b.high).wrapping_sub(borrow),
        low: a.low.wrapping_sub(b.low),
    }
}

/// `shift` must be below 64.
#[inline(always)]
fn shift_left(value: Wide, shift: u32) -> Wide {
    if shift == 0 {
        return value;
    }
    Wide {
        high: (value.high << shift) | (value.low >> (64 - shift)),
        low: value.low << shift,
    }
}

/// Counts by bisection: the machine has no such instruction, and LLVM's expansion is longer.
#[inline(always)]
fn leading_zeros(mut value: u64) -> u32 {
    let mut zeros = 0;
    let mut width = HALF;
    while width > 0 {
        if value >> (64 - width) == 0 {
            zeros += width;
            value <<= width;
        }
        width >>= 1;
    }
    zeros
}

#[cfg(test)]
mod tests;
