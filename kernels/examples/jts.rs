#![allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::expect_used)]
use arrow::array::*;
use arrow::datatypes::*;
use geoplug_kernels::{Argument, functions::find};
use std::sync::Arc;
fn geom(wkt: &str) -> Result<ArrayRef, String> {
    let a: ArrayRef = Arc::new(StringViewArray::from(vec![wkt]));
    find("st_geomfromtext")
        .unwrap()
        .invoke(vec![Argument::column(a, Arc::new(Field::new("t", DataType::Utf8View, true)))], 1)
        .map_err(|e| e.to_string())
}
fn arg(a: &ArrayRef, c: bool) -> Argument {
    let f = Arc::new(Field::new("g", DataType::BinaryView, true));
    if c {
        Argument::constant(a.clone(), f)
    } else {
        let mut x = Argument::column(a.clone(), f);
        x.constant = false;
        x
    }
}
fn main() {
    let (mut ok, mut bad, mut skip) = (0, 0, 0);
    for line in std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let op = v["op"].as_str().unwrap();
        let name = match op {
            "intersects" | "contains" | "covers" | "coveredby" | "within" | "crosses" | "disjoint" | "overlaps"
            | "touches" | "relate" => format!("st_{op}"),
            "equalstopo" => "st_equals".into(),
            _ => continue,
        };
        let (Some(a), Some(b)) = (v["a"].as_str(), v["b"].as_str()) else {
            skip += 1;
            continue;
        };
        let (ga, gb) = match (geom(a), geom(b)) {
            (Ok(a), Ok(b)) => (a, b),
            e => {
                println!("PARSE {e:?}");
                skip += 1;
                continue;
            }
        };
        let (x, y) =
            if v["args"]["arg1"].as_str().map(|s| s.to_uppercase()) == Some("B".into()) { (gb, ga) } else { (ga, gb) };
        let expected = match &v["expected"] {
            serde_json::Value::Bool(b) => b.to_string(),
            serde_json::Value::String(s) => s.to_lowercase(),
            o => o.to_string(),
        };
        for (c1, c2) in [(false, false), (true, false), (false, true)] {
            let mut args = vec![arg(&x, c1), arg(&y, c2)];
            let mut want = expected.clone();
            let pat;
            if op == "relate" {
                if let Some(p) = v["args"]["arg3"].as_str() {
                    pat = p.to_string();
                    let t: ArrayRef = Arc::new(StringViewArray::from(vec![pat.as_str()]));
                    args.push(Argument::constant(t, Arc::new(Field::new("p", DataType::Utf8View, true))));
                } else {
                    want = want.to_uppercase()
                }
            }
            match find(&name).unwrap().invoke(args, 1) {
                Ok(r) => {
                    let got = if let Some(b) = r.as_boolean_opt() {
                        b.value(0).to_string()
                    } else {
                        r.as_string_view().value(0).to_string()
                    };
                    if got == want {
                        ok += 1
                    } else {
                        bad += 1;
                        println!(
                            "BAD {op} {} got {got} want {want} const {c1} {c2} file {} case {}\n  {}\n  {}",
                            v["args"],
                            v["file"],
                            v["case"],
                            &a[..a.len().min(400)],
                            &b[..b.len().min(400)]
                        )
                    }
                }
                Err(e) => {
                    bad += 1;
                    println!("ERR {op} {e}")
                }
            }
        }
    }
    println!("ok {ok} bad {bad} skip {skip}");
}
