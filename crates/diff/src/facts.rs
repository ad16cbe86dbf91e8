//! Everything that is compared of one message.

use sipwhy_pipeline::Observed;

use crate::fields::{FIELDS, Field};
use crate::model::FieldDifference;
use crate::value::{Names, Value};

/// Everything that is compared of one message.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// What it says of each of [`FIELDS`], by their places there.
    said: Vec<(usize, Value)>,
    /// Nothing of it was cut off.
    is_whole: bool,
}

impl Facts {
    pub(crate) fn of(observed: &Observed<'_, '_>) -> Self {
        let fields = FIELDS.iter().enumerate();
        let said = fields.filter_map(|(place, field)| Some((place, field.of(observed)?)));
        Self {
            said: said.collect(),
            is_whole: observed.captured.missing == 0 && observed.message.is_complete(),
        }
    }

    /// Bytes that they take, about.
    pub(crate) fn bytes(&self) -> usize {
        let said = self.said.iter();
        let values: usize = said
            .map(|(_, value)| value.bytes() + size_of::<Value>())
            .sum();
        size_of::<Self>() + values
    }

    fn get(&self, place: usize) -> Option<&Value> {
        let mut said = self.said.iter();
        said.find_map(|(at, value)| (*at == place).then_some(value))
    }

    /// What the other says otherwise. Hosts are named by the pairs that they are one of.
    pub(crate) fn differences(
        &self,
        names: &impl Names,
        other: &Self,
        others: &impl Names,
        is_compared: impl Fn(&Field) -> bool,
    ) -> Vec<FieldDifference> {
        let mut differences = Vec::new();
        let fields = FIELDS.iter().enumerate();
        for (place, field) in fields.filter(|(_, field)| is_compared(field)) {
            let (one, other_value) = (self.get(place), other.get(place));
            // What the end of the capture cut off may have stood there.
            if (one.is_none() && !self.is_whole) || (other_value.is_none() && !other.is_whole) {
                continue;
            }
            let is_same = match (one, other_value) {
                (None, None) => true,
                (Some(one), Some(other)) => one.says_as(names, other, others),
                _ => false,
            };
            let is_cut_set = !(self.is_whole && other.is_whole)
                && matches!((one, other_value), (Some(Value::Set(_)), Some(_)));
            if !is_same && !is_cut_set {
                differences.push(FieldDifference::of(field, one, other_value));
            }
        }
        differences
    }
}
