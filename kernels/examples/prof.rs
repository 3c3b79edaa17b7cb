#![allow(missing_docs, clippy::all, clippy::unwrap_used)]
use arrow::array::*;
use arrow::compute::take;
use arrow::datatypes::*;
use geoplug_kernels::{Argument, functions::find, geom::GeometryColumn};
use std::sync::Arc;
fn main() {
    let f = std::fs::File::open("kernels/benches/counties.arrow").unwrap();
    let b = arrow::ipc::reader::FileReader::try_new(f, None).unwrap().next().unwrap().unwrap();
    let col = b.column(0).clone();
    let field = Arc::new(b.schema().field(0).clone());
    let g = GeometryColumn::try_new(&col, &field).unwrap();
    let boxes: Vec<_> = (0..g.len()).map(|i| g.get(i).unwrap().unwrap().bounds().unwrap()).collect();
    let (mut l, mut r) = (vec![], vec![]);
    for i in 0..boxes.len() {
        for j in 0..boxes.len() {
            if boxes[i].intersects(&boxes[j]) {
                l.push(i as u32);
                r.push(j as u32);
            }
        }
    }
    let name = std::env::args().nth(1).unwrap();
    let reps: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let (a, c) =
        (take(&col, &UInt32Array::from(l.clone()), None).unwrap(), take(&col, &UInt32Array::from(r), None).unwrap());
    let func = find(&name).unwrap();
    let mut best = f64::MAX;
    for _ in 0..reps {
        let t = std::time::Instant::now();
        let out = func
            .invoke(
                vec![Argument::column(a.clone(), field.clone()), Argument::column(c.clone(), field.clone())],
                l.len(),
            )
            .unwrap();
        std::hint::black_box(out);
        best = best.min(t.elapsed().as_nanos() as f64 / l.len() as f64);
    }
    println!("{name} {} pairs {best:.0} ns", l.len());
}
