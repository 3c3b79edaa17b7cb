//! Text formats: WKT and GeoJSON, read into WKB and written from borrowed geometries.
