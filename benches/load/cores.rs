//! How much of the machine a process takes: a generator that takes much of it measures itself.

/// Ticks of a second, the same on every Linux.
const TICKS: f64 = 100.0;

/// Processor seconds that a process has had.
pub fn seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name stands in brackets and may hold anything; behind it come plain numbers.
    let numbers = &stat[stat.rfind(')').unwrap() + 1..];
    let ticks: f64 = numbers.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}
