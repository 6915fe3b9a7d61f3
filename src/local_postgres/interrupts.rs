//! Which processor a disk interrupts when it has written.

use nix::sys::stat::{major, minor};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The processor that the disk of a folder interrupts, counted from 0. Nothing where the disk has several ways to interrupt, where
/// these may lead to several processors, or where the system does not say: on a network, in layers, other than on Linux.
pub fn core_of_disk(folder: &Path) -> Option<usize> {
    let number = fs::metadata(folder).ok()?.dev();
    let name = format!("/sys/dev/block/{}:{}", major(number), minor(number));
    core_of(&fs::canonicalize(name).ok()?, Path::new("/proc"))
}

/// The same for a device in the tree of all devices.
fn core_of(device: &Path, processes: &Path) -> Option<usize> {
    let ways = device.ancestors().find_map(|above| fs::read_dir(above.join("msi_irqs")).ok())?;
    let counts = fs::read_to_string(processes.join("interrupts")).ok()?;
    let named = ways.filter_map(|way| way.ok()?.file_name().into_string().ok());
    let mut used: Vec<(u64, String)> = named.map(|way| (times(&way, &counts), way)).collect();
    used.sort();
    let (most, way) = used.pop()?;
    // Others are for changes of the device itself, and hardly ever come.
    let others: u64 = used.iter().map(|(times, _)| times).sum();
    if most == 0 || others > most / 1000 {
        return None;
    }
    let cores = fs::read_to_string(processes.join("irq").join(way).join("effective_affinity_list")).ok()?;
    cores.trim().parse().ok()
}

/// How often an interrupt of that number has come to any processor.
fn times(way: &str, counts: &str) -> u64 {
    let own = counts.lines().find_map(|line| line.trim_start().strip_prefix(way)?.strip_prefix(':'));
    own.map_or(0, |line| line.split_whitespace().map_while(|word| word.parse::<u64>().ok()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A disk behind two interrupts, as the system shows it.
    fn machine(counts: &str, cores: &str) -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let device = place.path().join("devices/pci/virtio1/block/vda/vda1");
        fs::create_dir_all(&device).unwrap();
        for way in ["35", "36"] {
            fs::create_dir_all(place.path().join("devices/pci/msi_irqs").join(way)).unwrap();
            let folder = place.path().join("irq").join(way);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("effective_affinity_list"), cores).unwrap();
        }
        fs::write(place.path().join("interrupts"), counts).unwrap();
        (place, device)
    }

    fn found(counts: &str, cores: &str) -> Option<usize> {
        let (place, device) = machine(counts, cores);
        core_of(&device, place.path())
    }

    #[test]
    fn a_disk_with_one_way_to_one_processor_has_a_core() {
        let heading = "           CPU0       CPU1\n";
        let lines = |of_35: &str, of_36: &str| {
            format!("{heading} 35: {of_35} PCI-MSIX 0-edge a\n 36: {of_36} PCI-MSIX 1-edge b\n336: 7 7 c\n")
        };
        assert_eq!(found(&lines("0 1", "0 6676462"), "1\n"), Some(1));
        assert_eq!(found(&lines("0 0", "12 0"), "0\n"), Some(0));
        assert_eq!(found(&lines("4 0", "0 5"), "1\n"), None, "two ways, as to a disk with a queue for each processor");
        assert_eq!(found(&lines("0 0", "0 0"), "1\n"), None);
        assert_eq!(found(&lines("0 0", "3 5"), "0-1\n"), None, "one way to both");
        assert_eq!(found(heading, "1\n"), None);
    }

    #[test]
    fn what_is_no_disk_has_none() {
        assert_eq!(core_of_disk(Path::new("/proc")), None);
        assert_eq!(core_of_disk(Path::new("/no/such/folder")), None);
    }
}
