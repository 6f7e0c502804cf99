//! Numbers of groups and of pages outside of them.

use super::Group;
use crate::types::DocId;

/// The numbers of groups: those that were found, then a group of one for every document outside of them.
pub(super) struct Numbers {
    /// How many groups were found.
    pub found: u32,
    of_doc: Vec<u32>,
}

impl Numbers {
    /// The number of a document that belongs to no group.
    pub(super) const NONE: u32 = u32::MAX;

    pub(super) fn of(groups: &[Group], left_out: &[bool]) -> Self {
        let found = groups.len() as u32;
        let alone = |(doc, &left_out): (u32, &bool)| if left_out { Self::NONE } else { found + doc };
        let mut of_doc: Vec<u32> = (0..).zip(left_out).map(alone).collect();
        for (number, group) in (0..).zip(groups) {
            group.members.iter().for_each(|doc| of_doc[doc.index()] = number);
        }
        Numbers { found, of_doc }
    }

    pub(super) fn get(&self, doc: DocId) -> u32 {
        self.of_doc[doc.index()]
    }

    /// The group of a document that is in one of those that were found.
    pub(super) fn group(&self, doc: DocId) -> Option<u32> {
        Some(self.get(doc)).filter(|&number| number < self.found)
    }

    /// True for a document that belongs to no other and may belong to one.
    pub(super) fn is_alone(&self, doc: DocId) -> bool {
        (self.found..Self::NONE).contains(&self.get(doc))
    }

    pub(super) fn medoid(&self, group: u32, groups: &[Group]) -> DocId {
        if group < self.found { groups[group as usize].medoid } else { DocId(group - self.found) }
    }
}
