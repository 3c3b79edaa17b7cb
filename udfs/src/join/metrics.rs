//! What EXPLAIN ANALYZE shows of a join.

use datafusion_physical_plan::metrics::{Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder, SpillMetrics, Time};

/// Of collecting and indexing the build side.
#[derive(Debug, Clone)]
pub(super) struct BuildMetrics {
    /// Receiving it.
    pub(super) build_time: Time,
    /// Indexing it.
    pub(super) index_time: Time,
    pub(super) input_batches: Count,
    pub(super) input_rows: Count,
    /// Bytes of rows, index and prepared forms, at most at any time.
    pub(super) mem_used: Gauge,
    /// Parts of space that it was spilled by; 0 if it stayed in memory.
    pub(super) spill_partitions: Count,
    pub(super) spill: SpillMetrics,
}

impl BuildMetrics {
    pub(super) fn new(metrics: &ExecutionPlanMetricsSet) -> Self {
        let of = || MetricBuilder::new(metrics);
        Self {
            build_time: of().subset_time("build_time", 0),
            index_time: of().subset_time("index_time", 0),
            input_batches: of().counter("build_input_batches", 0),
            input_rows: of().counter("build_input_rows", 0),
            mem_used: of().peak_memory_usage("build_mem_used", 0),
            spill_partitions: of().counter("spill_partitions", 0),
            spill: SpillMetrics::new(metrics, 0),
        }
    }
}

/// Of probing by one partition.
#[derive(Debug, Clone)]
pub(super) struct ProbeMetrics {
    /// Finding pairs.
    pub(super) probe_time: Time,
    /// Filtering them and putting rows out.
    pub(super) output_time: Time,
    pub(super) input_batches: Count,
    pub(super) input_rows: Count,
    /// Pairs that the index found, before any further filter.
    pub(super) pairs: Count,
}

impl ProbeMetrics {
    pub(super) fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        let of = || MetricBuilder::new(metrics);
        Self {
            probe_time: of().subset_time("probe_time", partition),
            output_time: of().subset_time("output_time", partition),
            input_batches: of().counter("input_batches", partition),
            input_rows: of().counter("input_rows", partition),
            pairs: of().counter("pairs", partition),
        }
    }
}
