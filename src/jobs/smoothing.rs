//! Has the disk write what the database grows by evenly, instead of all at once every half minute.
//!
//! Linux sends changed pages of files to the disk when they are thirty seconds old, and so much at once keeps commits waiting.

use std::time::Duration;

/// While it grows: under full load a few megabytes, which the disk writes in a few milliseconds.
const PAUSE: Duration = Duration::from_millis(500);

/// While it does not: well before the system would begin by itself.
const REST: Duration = Duration::from_secs(5);

/// Runs for as long as the service does; `write_back` has the disk begin, and says how many bytes it was given.
pub async fn run(mut write_back: impl FnMut() -> u64 + Send + 'static) {
    loop {
        // A disk that has much to do may keep even those waiting who only have it begin.
        let looked = tokio::task::spawn_blocking(move || (write_back(), write_back));
        let Ok((bytes, back)) = looked.await else { return };
        write_back = back;
        if bytes > 0 {
            tracing::debug!(bytes, "the disk was given what the database has grown by");
        }
        tokio::time::sleep(if bytes > 0 { PAUSE } else { REST }).await;
    }
}
