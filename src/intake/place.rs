//! On which processor a writer runs.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The place of the thread at hand.
pub(super) struct Place {
    /// Where the thread may run; nothing where the system does not say.
    allowed: Option<CpuSet>,
    /// Where it is kept; nothing where the system chooses.
    core: Option<usize>,
}

/// The thread at hand.
const THIS: Pid = Pid::from_raw(0);

impl Place {
    /// That of the thread at hand, before it is kept anywhere.
    pub fn of_this_thread() -> Self {
        Self { allowed: sched_getaffinity(THIS).ok(), core: None }
    }

    /// Keeps the thread at hand on a processor, or leaves it to the system where there is none or the thread may not run on it.
    pub fn keep(&mut self, core: Option<usize>) {
        let Some(allowed) = self.allowed.filter(|_| core != self.core) else { return };
        self.core = core;
        let one = core.filter(|core| allowed.is_set(*core).unwrap_or(false)).and_then(|core| {
            let mut set = CpuSet::new();
            set.set(core).ok().map(|()| set)
        });
        if let Err(error) = sched_setaffinity(THIS, &one.unwrap_or(allowed)) {
            tracing::debug!(%error, "a writer could not be kept on a processor");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn where_allowed() -> Vec<usize> {
        let set = sched_getaffinity(THIS).unwrap();
        (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap()).collect()
    }

    #[test]
    fn a_thread_is_kept_where_it_may_run_and_let_go_again() {
        let before = where_allowed();
        let last = *before.last().unwrap();
        let mut place = Place::of_this_thread();
        place.keep(Some(last));
        assert_eq!(where_allowed(), [last]);
        place.keep(Some(CpuSet::count() - 1));
        assert_eq!(where_allowed(), before, "there is no such processor");
        place.keep(Some(last));
        place.keep(None);
        assert_eq!(where_allowed(), before);
    }
}
