//! From the 2xx to a REGISTER to what is known of who can be reached.

use sipwhy_parser::{Address, Message, Method};

use crate::auth::generator;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::registrations::{Registration, address_of_record, granted};
use crate::rules::Step;

impl Engine {
    /// The first final response of a transaction came.
    pub(super) fn note_registration(
        &mut self,
        id: TransactionId,
        code: u16,
        message: &Message<'_, '_>,
    ) {
        let world = &mut self.world;
        let transaction = &world.transactions[id];
        if transaction.method != MethodName::Known(Method::Register)
            || code >= 300
            || transaction.parent.is_some()
        {
            return;
        }
        let Some(whom) = message
            .to()
            .and_then(Address::parsed_uri)
            .and_then(|uri| address_of_record(&world.keys, &uri))
        else {
            return;
        };
        let (Some((seconds, contacts)), Some(answer)) =
            (granted(&world.keys, message), transaction.outcome)
        else {
            world.registrations.forget(whom);
            return;
        };
        let new = Registration {
            at: answer.at,
            granted: seconds,
            flow: transaction.flow,
            registrar: generator(world, transaction).server(),
            early: 0,
            early_since: answer.at,
            changes: 0,
            is_direct: transaction.vias == 1,
            call: transaction.call,
            contacts,
        };
        if let Some(known) = world.registrations.note(whom, new) {
            self.step(&Step::Reregistered {
                transaction: id,
                registration: &known,
                message,
            });
        }
    }
}
