#include "sim/runner/workers.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace escalon {

int Workers::all_processors() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

void Workers::for_each(std::size_t jobs, std::function<void(std::size_t)> const& job) const
{
    std::atomic<std::size_t> next{0};
    std::mutex guard;
    std::exception_ptr failure;
    auto const interrupted = [this] { return interrupt_ && interrupt_->load(std::memory_order_relaxed); };
    auto const work = [&] {
        for (std::size_t i = next++; i < jobs && !interrupted(); i = next++) {
            try {
                job(i);
            } catch (...) {
                std::scoped_lock const lock{guard};
                if (!failure)
                    failure = std::current_exception();
                next = jobs;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        auto const wanted = std::min(static_cast<std::size_t>(count_), jobs);
        for (std::size_t i = 1; i < wanted; ++i)
            helpers.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
    if (interrupted())
        throw Interrupted{};
}

} // namespace escalon
