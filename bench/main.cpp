// Runs the benchmarks in a process that treats memory as the program does.
#include "sim/runner/kept_memory.hpp"

#include <benchmark/benchmark.h>

int main(int argc, char** argv)
{
    escalon::keep_freed_memory();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
