//! A kernel error as data (docs/program-format.md, "A kernel error").

use crate::canonical::write_decimal;
use crate::expression::{FaultKind, Outcome};
use crate::program::Document;

/// Canonical JSON of the error of a predicate whose root is `root`, on the candidate `options`.
pub fn fault_json(
    document: &Document,
    predicate: usize,
    root: u32,
    outcomes: &[Outcome],
    options: &[u32],
) -> Vec<u8> {
    let (kind, node, operands) = match &outcomes[root as usize] {
        Err(fault) => {
            let node = &document.nodes[fault.node as usize];
            // a leaf's default is no operand: it is used where there is no error
            let is_call = matches!(node, crate::expression::Node::Call(..));
            (fault.kind, fault.node, if is_call { node.arguments() } else { &[] })
        }
        Ok(_) => (FaultKind::Type, root, std::slice::from_ref(&root)),
    };
    let mut out = Vec::new();
    out.extend_from_slice(b"{\"kind\":\"");
    out.extend_from_slice(kind.name().as_bytes());
    out.extend_from_slice(b"\",\"node\":");
    write_decimal(&mut out, u128::from(node));
    out.extend_from_slice(b",\"operands\":[");
    for (index, &operand) in operands.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match &outcomes[operand as usize] {
            Ok(value) => value.write_typed(&mut out),
            Err(_) => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b"],\"options\":[");
    for (index, &option) in options.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_decimal(&mut out, u128::from(option));
    }
    out.extend_from_slice(b"],\"predicate\":");
    write_decimal(&mut out, predicate as u128);
    out.push(b'}');
    out
}
