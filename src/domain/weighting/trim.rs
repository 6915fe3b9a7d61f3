//! Trimming: weights so large that one person would speak for too many are cut, and what is cut off is shared out.

use std::fmt;

/// The largest weight that is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cap {
    /// So many people.
    At(f64),
    /// So many times the median.
    TimesMedian(f64),
}

/// What trimming did.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimmed {
    /// The weights; their sum is what it was.
    pub weights: Vec<f64>,
    /// The largest weight allowed.
    pub cap: f64,
    /// How many weights were cut.
    pub cut: usize,
    /// How many people's worth of weight was shared out.
    pub moved: f64,
}

/// Why nothing was trimmed: the cap, and the mean weight that it does not exceed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrimFault {
    /// The cap.
    pub cap: f64,
    /// The mean weight.
    pub mean: f64,
}

impl fmt::Display for TrimFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no weight may exceed {}, but they are {} on average; allow more", self.cap, self.mean)
    }
}
impl std::error::Error for TrimFault {}

/// Cuts weights at the cap and shares the rest out among the others in proportion, again and again until none exceeds it.
pub fn trim(weights: &[f64], cap: Cap) -> Result<Trimmed, TrimFault> {
    let cap = match cap {
        Cap::At(cap) => cap,
        Cap::TimesMedian(times) => times * median(weights),
    };
    let mut trimmed = Trimmed { weights: weights.to_vec(), cap, cut: 0, moved: 0.0 };
    if weights.iter().all(|weight| *weight <= cap) {
        return Ok(trimmed);
    }
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    if cap.is_nan() || cap <= mean {
        return Err(TrimFault { cap, mean });
    }
    let mut is_cut = vec![false; weights.len()];
    loop {
        let over: f64 = trimmed.weights.iter().map(|weight| (weight - cap).max(0.0)).sum();
        let before = is_cut.iter().filter(|cut| **cut).count();
        for (weight, cut) in trimmed.weights.iter_mut().zip(&mut is_cut).filter(|(weight, _)| **weight > cap) {
            (*weight, *cut) = (cap, true);
        }
        trimmed.cut = is_cut.iter().filter(|cut| **cut).count();
        if trimmed.cut == before {
            break;
        }
        let others: f64 = trimmed.weights.iter().zip(&is_cut).filter(|(_, cut)| !**cut).map(|(weight, _)| weight).sum();
        for (weight, _) in trimmed.weights.iter_mut().zip(&is_cut).filter(|(_, cut)| !**cut) {
            *weight *= 1.0 + over / others;
        }
    }
    let lost = weights.iter().zip(&trimmed.weights).zip(&is_cut).filter(|(_, cut)| **cut);
    trimmed.moved = lost.map(|((before, after), _)| before - after).sum::<f64>().max(0.0);
    Ok(trimmed)
}

fn median(weights: &[f64]) -> f64 {
    let mut sorted = weights.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}
