// SUNDIALS CVODE on the systems of pk_references.hpp: Hindmarsh et al. (2005), ACM Trans Math Softw 31:363.
#pragma once

#include "tests/support/pk_references.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace escalon::reference {

/// Backward differentiation with Newton's method and the analytic Jacobian, for stiff systems; Adams with fixed-point iteration.
enum class CvodeMethod { bdf, adams };

/// CVODE set up once for any number of patients. Scalar tolerances, the AUC among the controlled states.
template <class System>
class CvodeSolver {
public:
    /// @param atol concentration, in the system's unit
    explicit CvodeSolver(double rtol, double atol, CvodeMethod method = CvodeMethod::bdf)
    {
        SUNContext context = nullptr;
        require(SUNContext_Create(nullptr, &context), "set up");
        context_.reset(context);
        vector_.reset(N_VNew_Serial(dimension, context));
        memory_.reset(CVodeCreate(method == CvodeMethod::bdf ? CV_BDF : CV_ADAMS, context));
        require(CVodeInit(memory_.get(), &CvodeSolver::move, 0, vector_.get()), "set up");
        require(CVodeSStolerances(memory_.get(), rtol, atol), "take its tolerances");
        require(CVodeSetUserData(memory_.get(), this), "set up");
        require(CVodeSetErrFile(memory_.get(), nullptr), "keep still"); // faults are thrown
        constexpr long most_steps = 10'000'000;                         // its own limit of 500 is for one call
        require(CVodeSetMaxNumSteps(memory_.get(), most_steps), "set up");
        if (method == CvodeMethod::adams) {
            fixed_point_.reset(SUNNonlinSol_FixedPoint(vector_.get(), 0, context));
            require(CVodeSetNonlinearSolver(memory_.get(), fixed_point_.get()), "set up");
        } else {
            matrix_.reset(SUNDenseMatrix(dimension, dimension, context));
            linear_.reset(SUNLinSol_Dense(vector_.get(), matrix_.get(), context));
            require(CVodeSetLinearSolver(memory_.get(), linear_.get(), matrix_.get()), "set up");
            require(CVodeSetJacFn(memory_.get(), &CvodeSolver::jacobian), "set up");
        }
    }

    CvodeSolver(CvodeSolver const&) = delete; // CVODE keeps the address
    CvodeSolver& operator=(CvodeSolver const&) = delete;

    Course<System::states> solve(System const& system, std::span<Dose const> doses, std::span<double const> times_d)
    {
        system_ = &system;
        return follow<double>(system, doses, times_d,
                              [&](State& state, double inflow, double from, double to, auto inside, auto const& record) {
                                  motion_.emplace(motion_with_auc(system, inflow));
                                  double* const y = NV_DATA_S(vector_.get());
                                  std::ranges::copy(state, y);
                                  require(CVodeReInit(memory_.get(), from, vector_.get()), "restart", from);
                                  require(CVodeSetStopTime(memory_.get(), to), "stop at the next event", to);
                                  auto const reach = [&](double time) {
                                      double reached = from;
                                      require(CVode(memory_.get(), time, vector_.get(), &reached, CV_NORMAL), "step", reached);
                                      std::copy_n(y, state.size(), state.begin());
                                  };
                                  for (double const time : inside) {
                                      reach(time);
                                      record(state);
                                  }
                                  reach(to);
                                  long steps = 0;
                                  CVodeGetNumSteps(memory_.get(), &steps);
                                  return static_cast<std::size_t>(steps);
                              });
    }

private:
    using State = Followed<double, System>;
    static constexpr sunindextype dimension = System::states + 1;

    static void require(int flag, char const* step, double time_d = 0)
    {
        if (flag < 0)
            throw std::runtime_error{std::string{"CVODE could not "} + step + " (flag " + std::to_string(flag) + ", day " +
                                     std::to_string(time_d) + "): loosen the tolerances or look at the system there"};
    }

    /// Indexes CVODE's numbers as the equations index an array.
    struct Gradient {
        SUNMatrix matrix;
        double& operator()(int row, int column) const { return SM_ELEMENT_D(matrix, row, column); }
    };

    static int move(realtype, N_Vector y, N_Vector changes, void* self)
    {
        auto* const change = NV_DATA_S(changes);
        (*static_cast<CvodeSolver*>(self)->motion_)(NV_DATA_S(y), change, 0.0);
        return 0;
    }

    static int jacobian(realtype, N_Vector y, N_Vector, SUNMatrix matrix, void* self, N_Vector, N_Vector, N_Vector)
    {
        auto const& system = *static_cast<CvodeSolver*>(self)->system_;
        system.jacobian(NV_DATA_S(y), Gradient{matrix});
        auto const gradient = system.measured_gradient(NV_DATA_S(y));
        for (std::size_t k = 0; k < System::states; ++k)
            SM_ELEMENT_D(matrix, dimension - 1, static_cast<sunindextype>(k)) = gradient[k];
        return 0;
    }

    struct Free {
        void operator()(SUNContext context) const { SUNContext_Free(&context); }
        void operator()(N_Vector vector) const { N_VDestroy(vector); }
        void operator()(SUNMatrix matrix) const { SUNMatDestroy(matrix); }
        void operator()(SUNLinearSolver linear) const { SUNLinSolFree(linear); }
        void operator()(SUNNonlinearSolver solver) const { SUNNonlinSolFree(solver); }
        void operator()(void* memory) const { CVodeFree(&memory); }
    };
    template <class Pointer>
    using Owned = std::unique_ptr<std::remove_pointer_t<Pointer>, Free>;

    Owned<SUNContext> context_; // freed last
    Owned<N_Vector> vector_;
    Owned<SUNMatrix> matrix_;
    Owned<SUNLinearSolver> linear_;
    Owned<SUNNonlinearSolver> fixed_point_;
    Owned<void*> memory_;
    System const* system_ = nullptr;
    std::optional<decltype(motion_with_auc(std::declval<System const&>(), double{}))> motion_; ///< until the next event
};

template <class System>
Course<System::states> solve_cvode(System const& system, std::span<Dose const> doses, std::span<double const> times_d,
                                   double rtol, double atol, CvodeMethod method = CvodeMethod::bdf)
{
    return CvodeSolver<System>{rtol, atol, method}.solve(system, doses, times_d);
}

} // namespace escalon::reference
