//! Who may do what: roles, permissions and the scope of units a member of staff sees.

use super::ids::UnitId;
use serde::{Deserialize, Serialize};

/// A role of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Keeps the service: staff, exclusions, everything that can be read.
    Administrator,
    /// Reads and exports everything about all units.
    Leader,
    /// Reads and exports what concerns the own unit and those below it.
    Officer,
    /// The province: aggregates and exports about all units, no comments.
    Province,
}

/// Something a route or an action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See figures.
    ReadIndex,
    /// See the questionnaires and print them.
    ReadForms,
    /// Read what people wrote.
    ReadComments,
    /// Take the index and the submissions away as files.
    Export,
    /// See single submissions that were flagged, take them out of the index and put them back.
    Exclude,
    /// Add staff, change and end their access.
    ManageStaff,
    /// Look after the own account: password, sessions, language.
    OwnAccount,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 4] = [Role::Administrator, Role::Leader, Role::Officer, Role::Province];

    /// The code used outside.
    pub fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Leader => "leader",
            Role::Officer => "officer",
            Role::Province => "province",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// Whether the role has a permission. Those whose work is judged (leader, officer) can never exclude.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match permission {
            ReadIndex | ReadForms | Export | OwnAccount => true,
            ReadComments => self != Role::Province,
            Exclude | ManageStaff => self == Role::Administrator,
        }
    }
}

/// The units whose data a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All units.
    All,
    /// These units only (a subtree, spelled out).
    Units(Vec<UnitId>),
}

impl Scope {
    /// Whether a unit is within.
    pub fn contains(&self, unit: UnitId) -> bool {
        match self {
            Scope::All => true,
            Scope::Units(units) => units.contains(&unit),
        }
    }

    /// What is within both this scope and a wished list of units (none: no wish).
    pub fn narrowed(&self, wished: Option<&[UnitId]>) -> Scope {
        match (self, wished) {
            (_, None) => self.clone(),
            (Scope::All, Some(units)) => Scope::Units(units.to_vec()),
            (Scope::Units(own), Some(units)) => {
                Scope::Units(units.iter().copied().filter(|u| own.contains(u)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_judged_cannot_exclude_and_the_province_reads_no_comments() {
        for role in [Role::Leader, Role::Officer, Role::Province] {
            assert!(!role.may(Permission::Exclude), "{role:?}");
        }
        assert!(!Role::Province.may(Permission::ReadComments));
        assert!(Role::Province.may(Permission::Export));
    }

    #[test]
    fn a_scope_never_widens() {
        let own = Scope::Units(vec![UnitId(1), UnitId(2)]);
        assert_eq!(own.narrowed(Some(&[UnitId(2), UnitId(3)])), Scope::Units(vec![UnitId(2)]));
        assert_eq!(own.narrowed(None), own);
        assert_eq!(Scope::All.narrowed(Some(&[])), Scope::Units(vec![]));
    }
}
