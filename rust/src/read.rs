//! From bytes to a `Document`, every index checked.

use serde_json::{Map, Value as Json};

use crate::expression::{Address, Node, Operation};
use crate::program::{
    ChoiceOption, Document, Pack, Path, Predicate, Rule, Strategy, StrategyKind, Tag, ValueEntry, Write,
};
use crate::value::Value;

type Read<T> = Result<T, String>;
type Object = Map<String, Json>;

/// Reads a program of version 1.
pub fn read(bytes: &[u8]) -> Read<Document> {
    let json: Option<Json> = serde_json::from_slice(bytes).ok();
    let root = match &json {
        Some(Json::Object(root)) if root.get("version") == Some(&Json::from(1)) => root,
        _ => return Err("not a program of version 1".into()),
    };
    let tags: Vec<Tag> = list(root, "tags", tag)?;
    let values: Vec<ValueEntry> = list(root, "values", value)?;
    let paths: Vec<Path> = list(root, "paths", path)?;
    check_values(&values)?;
    check_paths(&paths)?;
    let counts = Counts { paths: paths.len(), values: values.len(), tags: tags.len() };
    let defaults = object(field(root, "defaults")?, "defaults")?;
    let mut default_writes = list(defaults, "writes", |json| write(json, &counts))?;
    default_writes.sort_by_key(|write: &Write| write.path);
    let packs: Vec<Pack> = list(root, "packs", |json| pack(json, &counts))?;
    let sizes: Vec<usize> = packs.iter().map(|pack| pack.options.len()).collect();
    let nodes = nodes(root, packs.len())?;
    Ok(Document {
        command: list(root, "command", string)?,
        wandb: wandb(field(root, "wandb")?)?,
        has_choices: boolean(field(root, "has_choices")?)?,
        strategies: list(root, "strategies", |json| strategy(json, &counts))?,
        default_writes,
        default_tags: list(defaults, "tags", |json| index(json, tags.len()))?,
        include: list(root, "include", |json| rule(json, &sizes))?,
        exclude: list(root, "exclude", |json| rule(json, &sizes))?,
        predicates: list(root, "predicates", |json| predicate(json, nodes.len()))?,
        tags,
        values,
        paths,
        packs,
        nodes,
    })
}

struct Counts {
    paths: usize,
    values: usize,
    tags: usize,
}

fn bad(what: &str) -> String {
    format!("a program with a malformed `{what}`")
}

fn field<'a>(object: &'a Object, key: &str) -> Read<&'a Json> {
    object.get(key).ok_or_else(|| bad(key))
}

fn object<'a>(json: &'a Json, what: &str) -> Read<&'a Object> {
    json.as_object().ok_or_else(|| bad(what))
}

fn array<'a>(json: &'a Json, what: &str) -> Read<&'a [Json]> {
    json.as_array().map(Vec::as_slice).ok_or_else(|| bad(what))
}

fn list<T>(object: &Object, key: &str, item: impl Fn(&Json) -> Read<T>) -> Read<Vec<T>> {
    array(field(object, key)?, key)?.iter().map(item).collect()
}

fn string(json: &Json) -> Read<String> {
    json.as_str().map(str::to_owned).ok_or_else(|| bad("string"))
}

fn text(object: &Object, key: &str) -> Read<String> {
    field(object, key)?.as_str().map(str::to_owned).ok_or_else(|| bad(key))
}

fn boolean(json: &Json) -> Read<bool> {
    json.as_bool().ok_or_else(|| bad("bool"))
}

fn index(json: &Json, count: usize) -> Read<u32> {
    json.as_u64()
        .filter(|&index| index < count as u64)
        .and_then(|index| u32::try_from(index).ok())
        .ok_or_else(|| bad("index"))
}

fn wandb(json: &Json) -> Read<Option<(String, String)>> {
    if json.is_null() {
        return Ok(None);
    }
    let keys = object(json, "wandb")?;
    Ok(Some((text(keys, "name")?, text(keys, "tags")?)))
}

fn tag(json: &Json) -> Read<Tag> {
    let entry = object(json, "tags")?;
    Ok(Tag { tag: text(entry, "tag")?, name: text(entry, "name")?, token: text(entry, "token")? })
}

fn value(json: &Json) -> Read<ValueEntry> {
    let entry = object(json, "values")?;
    let elements = match entry.get("elements") {
        None | Some(Json::Null) => None,
        Some(_) => Some(list(entry, "elements", |json| index(json, u32::MAX as usize))?),
    };
    Ok(ValueEntry {
        value: Value::from_json(field(entry, "value")?).ok_or_else(|| bad("value"))?,
        json: text(entry, "json")?,
        token: text(entry, "token")?,
        elements,
    })
}

fn check_values(values: &[ValueEntry]) -> Read<()> {
    let mut elements = values.iter().filter_map(|entry| entry.elements.as_ref()).flatten();
    if elements.all(|&element| (element as usize) < values.len()) { Ok(()) } else { Err(bad("elements")) }
}

fn path(json: &Json) -> Read<Path> {
    let entry = object(json, "paths")?;
    Ok(Path {
        choice: boolean(field(entry, "choice")?)?,
        segments: list(entry, "segments", string)?,
        key: text(entry, "key")?,
    })
}

/// Choices stand first, and each kind is sorted: what stands below a path follows it at once.
fn check_paths(paths: &[Path]) -> Read<()> {
    let sorted =
        paths.is_sorted_by(|left, right| (!left.choice, &left.segments) < (!right.choice, &right.segments));
    let named = paths.iter().all(|path| !path.segments.is_empty());
    if sorted && named { Ok(()) } else { Err(bad("paths")) }
}

fn strategy(json: &Json, counts: &Counts) -> Read<Strategy> {
    let entry = object(json, "strategies")?;
    let kind = match field(entry, "kind")?.as_str() {
        Some("replace") => StrategyKind::Replace,
        Some("append_unique") => StrategyKind::AppendUnique,
        Some("set_union") => StrategyKind::SetUnion,
        _ => return Err(bad("kind")),
    };
    Ok(Strategy { path: index(field(entry, "path")?, counts.paths)?, kind })
}

fn write(json: &Json, counts: &Counts) -> Read<Write> {
    let [path, value] = array(json, "writes")? else { return Err(bad("writes")) };
    let value = if value.as_i64() == Some(-1) { None } else { Some(index(value, counts.values)?) };
    Ok(Write { path: index(path, counts.paths)?, value })
}

fn pack(json: &Json, counts: &Counts) -> Read<Pack> {
    let entry = object(json, "packs")?;
    let options = list(entry, "options", |json| option(json, counts))?;
    if options.is_empty() || u32::try_from(options.len()).is_err() {
        return Err(bad("options"));
    }
    Ok(Pack { name: text(entry, "name")?, options })
}

fn option(json: &Json, counts: &Counts) -> Read<ChoiceOption> {
    let entry = object(json, "options")?;
    let tag = field(entry, "tag")?;
    let mut writes = list(entry, "writes", |json| write(json, counts))?;
    writes.sort_by_key(|write| write.path);
    Ok(ChoiceOption {
        id: text(entry, "id")?.into(),
        priority: field(entry, "priority")?.as_i64().ok_or_else(|| bad("priority"))?,
        tag: if tag.is_null() { None } else { Some(index(tag, counts.tags)?) },
        writes,
    })
}

fn rule(json: &Json, sizes: &[usize]) -> Read<Rule> {
    array(json, "rule")?
        .iter()
        .map(|condition| {
            let [pack, options] = array(condition, "rule")? else { return Err(bad("rule")) };
            let pack = index(pack, sizes.len())?;
            let size = sizes[pack as usize];
            Ok((pack, array(options, "rule")?.iter().map(|option| index(option, size)).collect::<Read<_>>()?))
        })
        .collect()
}

fn predicate(json: &Json, nodes: usize) -> Read<Predicate> {
    let entry = object(json, "predicates")?;
    Ok(Predicate {
        node: index(field(entry, "node")?, nodes)?,
        error_is_false: boolean(field(entry, "error_is_false")?)?,
    })
}

fn nodes(root: &Object, packs: usize) -> Read<Vec<Node>> {
    array(field(root, "nodes")?, "nodes")?
        .iter()
        .enumerate()
        .map(|(id, json)| node(json, id, packs))
        .collect()
}

/// Reads the node `id`; its arguments stand before it.
fn node(json: &Json, id: usize, packs: usize) -> Read<Node> {
    let entry = object(json, "nodes")?;
    let op = text(entry, "op")?;
    Ok(match op.as_str() {
        "const" => Node::Const(Value::from_json(field(entry, "value")?).ok_or_else(|| bad("value"))?),
        "list" => Node::List(list(entry, "args", |json| index(json, id))?),
        "option" => Node::Option(index(field(entry, "pack")?, packs)?),
        "leaf" => {
            let default = entry.get("default").filter(|default| !default.is_null());
            Node::Leaf {
                address: Address {
                    choice: boolean(field(entry, "choice")?)?,
                    segments: list(entry, "segments", string)?,
                },
                default: default.map(|json| index(json, id)).transpose()?,
            }
        }
        "has" => Node::Has(Address { choice: false, segments: list(entry, "segments", string)? }),
        name => {
            let operation = Operation::named(name).ok_or_else(|| bad("op"))?;
            let args: Vec<u32> = list(entry, "args", |json| index(json, id))?;
            if !operation.takes(args.len()) {
                return Err(bad("args"));
            }
            Node::Call(operation, args)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::program::Program;
    use crate::testing::Sketch;

    fn error(bytes: &[u8]) -> String {
        Program::load(bytes).unwrap_err()
    }

    #[test]
    fn other_bytes_and_versions_are_refused() {
        for bytes in [
            &b""[..],
            b"{",
            b"[]",
            b"{}",
            b"\xff",
            br#"{"version":2}"#,
            br#"{"version":1.0}"#,
            br#"{"version":true}"#,
        ] {
            assert_eq!(error(bytes), "not a program of version 1");
        }
    }

    #[test]
    fn an_index_out_of_bounds_is_refused() {
        let sketch = || Sketch::new().sizes(&[2]).values(&["1"]).paths(&["a"]);
        for (key, value) in [
            ("include", json!([[[0, [2]]]])),
            ("exclude", json!([[[1, [0]]]])),
            ("defaults", json!({"writes": [[1, 0]], "tags": []})),
            ("defaults", json!({"writes": [[0, 1]], "tags": []})),
            ("defaults", json!({"writes": [[0, -2]], "tags": []})),
            ("defaults", json!({"writes": [], "tags": [0]})),
            ("strategies", json!([{"path": 1, "kind": "replace"}])),
            ("strategies", json!([{"path": 0, "kind": "other"}])),
            ("nodes", json!([{"op": "not", "args": [0]}])),
            ("nodes", json!([{"op": "option", "pack": 1}])),
            ("nodes", json!([{"op": "const", "value": ["i", "x"]}])),
            ("nodes", json!([{"op": "const", "value": ["n"]}, {"op": "eq", "args": [0]}])),
            ("nodes", json!([{"op": "other", "args": []}])),
            ("predicates", json!([{"id": "p", "node": 0, "error_is_false": false}])),
            ("packs", json!([{"name": "p", "options": []}])),
            ("values", json!([{"value": ["l", []], "json": "[]", "token": "[]", "elements": [1]}])),
            ("paths", json!([])),
            ("command", json!("app")),
        ] {
            let sketch = if key == "paths" {
                sketch().set("strategies", json!([{"path": 0, "kind": "replace"}]))
            } else {
                sketch()
            };
            assert!(
                error(&sketch.set(key, value.clone()).bytes()).starts_with("a program with a malformed"),
                "{key} {value}"
            );
        }
    }

    #[test]
    fn paths_must_be_sorted() {
        assert!(error(&Sketch::new().paths(&["b", "a"]).bytes()).contains("paths"));
        assert!(error(&Sketch::new().paths(&["a", "a"]).bytes()).contains("paths"));
        assert!(Program::load(&Sketch::new().paths(&["a.b", "a-b"]).bytes()).is_ok());
    }

    #[test]
    fn a_product_beyond_128_bits_is_refused() {
        let sizes = [2; 128];
        assert!(error(&Sketch::new().sizes(&sizes).bytes()).contains("2^128"));
        assert_eq!(Sketch::new().sizes(&sizes[1..]).load().candidates, 1 << 127);
    }
}
