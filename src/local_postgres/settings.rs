//! The server's settings: written anew at every start into `hailong.conf` beside PostgreSQL's own file, fitted to the
//! machine's memory and disk. What an operator sets with `ALTER SYSTEM` wins, except for where the server listens, which is
//! said on its command line.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Stdio;

use nix::sys::statvfs::statvfs;

use super::account::Account;
use super::programs::Programs;

const FILE: &str = "hailong.conf";
const MEBIBYTE: u64 = 1024 * 1024;

/// Lets PostgreSQL's own file read ours; once, when the cluster is made.
pub(super) fn include(cluster: &Path) -> io::Result<()> {
    let own = cluster.join("postgresql.conf");
    let mut text = fs::read_to_string(&own)?;
    text.push_str("\n# Rewritten by hailong at every start. To overrule it, use ALTER SYSTEM.\ninclude_if_exists = '");
    text.push_str(FILE);
    text.push_str("'\n");
    fs::write(own, text)
}

/// Writes our file, whole or not at all.
pub(super) fn write(cluster: &Path, account: &Account, programs: &Programs) -> io::Result<()> {
    let unfinished = cluster.join("hailong.conf.new");
    let disk = statvfs(cluster)?;
    let disk = disk.blocks() * disk.fragment_size();
    let takes_lz4 = takes_lz4(cluster, account, programs);
    fs::write(&unfinished, text(memory(), disk, takes_lz4))?;
    account.give(&unfinished)?;
    fs::rename(unfinished, cluster.join(FILE))
}

/// Whether these programs can pack the log with lz4: they differ by version and by what they were built with.
fn takes_lz4(cluster: &Path, account: &Account, programs: &Programs) -> bool {
    let mut ask = account.command(programs.postgres());
    ask.arg("-D").arg(cluster).args(["-c", "wal_compression=lz4", "-C", "wal_compression"]);
    ask.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn text(memory: u64, disk: u64, takes_lz4: bool) -> String {
    // An eighth of the memory: the machine is shared with the service itself, and the system caches files as well.
    let shared_buffers = (memory / 8 / MEBIBYTE).clamp(32, 2048);
    // What the system may be expected to cache in all; only a hint to the planner.
    let effective_cache_size = (memory / 2 / MEBIBYTE).clamp(128, 16384);
    // A twentieth of the disk: a log of this length comes together only where thousands answer every second.
    let max_wal_size = (disk / 20 / MEBIBYTE).clamp(1024, 8192);
    // Files that stay are written anew instead of being made anew, while everybody waits.
    let min_wal_size = max_wal_size / 8;
    // As the server reckons it, but for its bound of one file of the log, which are short here.
    let wal_buffers = (shared_buffers / 32).clamp(1, 16);
    let wal_compression = if takes_lz4 { "lz4" } else { "on" };
    format!(
        "\
# Written by hailong at every start; changes made here are lost. To overrule a line, use ALTER SYSTEM.

# What is acknowledged is on the disk. Never turn these off: a receipt is a promise.
fsync = on
synchronous_commit = on
full_page_writes = on

# The only door is a socket in a folder that nobody else can enter.
listen_addresses = ''
unix_socket_permissions = 0700

# An eighth of this machine's memory; the other is what the system is expected to cache.
shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB

# Fewer, longer, evenly spread checkpoints: less to write in all, no pauses while citizens submit. After each, every page
# goes into the log whole when it first changes. Under full load these are tens of thousands of index pages within seconds:
# lz4, where the server has it, packs them in a fraction of the time; pglz takes a core for it. A part of the log's files stays
# after each, to be written again: a new one is first filled with zeros, while every commit waits.
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
max_wal_size = {max_wal_size}MB
min_wal_size = {min_wal_size}MB
wal_buffers = {wal_buffers}MB
wal_compression = {wal_compression}

# Solid-state disks read here and there about as fast as in a row.
random_page_cost = 1.1

# Short queries, many of them: compiling each would cost more than it saves.
jit = off

# One text for all places: the service itself knows which zone a day is counted in.
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# What the operator should see: who waits for whom, what is slow; not each routine checkpoint.
log_line_prefix = '%m [%p] '
log_lock_waits = on
log_min_duration_statement = 2s
log_checkpoints = off

# What citizens answered does not belong into a log, least of all beside the second in which it came.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"
    )
}

/// The memory this machine or container has, in bytes; a modest guess when it does not say.
fn memory() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
        Some(kibibytes * 1024)
    });
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(container).min().unwrap_or(1024 * MEBIBYTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_suits_the_disk_and_the_programs() {
        const GIBIBYTE: u64 = 1024 * MEBIBYTE;
        for (disk, longest) in [(10, 1024), (100, 5120), (10_000, 8192)] {
            let text = text(GIBIBYTE, disk * GIBIBYTE, true);
            assert!(text.contains(&format!("\nmax_wal_size = {longest}MB\n")), "a disk of {disk} GB");
            assert!(text.contains(&format!("\nmin_wal_size = {}MB\n", longest / 8)), "a disk of {disk} GB");
            assert!(text.contains("\nwal_buffers = 4MB\n"), "a thirty-second of the shared buffers");
            assert!(text.contains("\nwal_compression = lz4\n"));
        }
        assert!(text(GIBIBYTE, GIBIBYTE, false).contains("\nwal_compression = on\n"));
    }
}
