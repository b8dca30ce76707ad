#include "pk_models/typical_values.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk {
namespace {

/// Visits the figures among a model's fields that are its parameters.
template <class Act>
class ParameterVisitor {
public:
    ParameterVisitor(std::span<std::string_view const> names, Act act) : names_{names}, act_{act} {}

    template <class T>
    void field(std::string_view name, T& value, std::string_view, FieldTraits const& = {})
    {
        auto const found = std::ranges::find(names_, name);
        if (found != names_.end())
            visit(static_cast<std::size_t>(found - names_.begin()), value);
    }
    template <class T>
    void choice(std::string_view, T&, std::string_view)
    {}

private:
    template <class T>
    void visit(std::size_t, T&)
    {}
    template <Dimension D>
    void visit(std::size_t parameter, SizedQuantity<D>& value)
    {
        act_(parameter, value.value, TypicalValue{value.value, D, value.per, true});
    }
    template <Dimension D>
    void visit(std::size_t parameter, Quantity<D>& value)
    {
        double base = value.base();
        act_(parameter, base, TypicalValue{base, D, PerBody::fixed, false});
        value = Quantity<D>::from_base(base);
    }
    void visit(std::size_t parameter, Fraction& value)
    {
        act_(parameter, value.value, TypicalValue{value.value, dimension::none, PerBody::fixed, false});
    }
    void visit(std::size_t parameter, double& value)
    {
        act_(parameter, value, TypicalValue{value, dimension::none, PerBody::fixed, false});
    }
    template <Dimension D>
    void visit(std::size_t parameter, std::vector<Quantity<D>>& values)
    {
        for (std::size_t i = values.size(); i-- > 0;) // the first last, which is what the list counts as
            visit(parameter, values[i]);
    }
    template <class T>
    void visit(std::size_t parameter, std::optional<T>& value)
    {
        if (value)
            visit(parameter, *value);
    }

    std::span<std::string_view const> names_;
    Act act_;
};

/// @param act takes the parameter's index, its figure to read or change, and what it is
void for_each_parameter(Model& model, auto act)
{
    auto const names = parameter_names(model);
    ParameterVisitor visitor{names, act};
    std::visit([&](auto& m) { m.describe(visitor); }, model);
}

} // namespace

double TypicalValue::of(Covariates const& patient) const
{
    double const size = per == PerBody::m2 ? patient.bsa.base() : per == PerBody::kg ? patient.weight.base() : 1;
    return value * size;
}

std::vector<std::optional<TypicalValue>> typical_values(Model const& model)
{
    auto copy = model; // `describe` gives access to change
    std::vector<std::optional<TypicalValue>> found(parameter_names(model).size());
    for_each_parameter(copy, [&](std::size_t parameter, double&, TypicalValue const& value) { found[parameter] = value; });
    return found;
}

Model with_shift(Model model, Etas const& shift)
{
    for_each_parameter(model,
                       [&](std::size_t parameter, double& figure, TypicalValue const&) { figure *= std::exp(shift[parameter]); });
    return model;
}

} // namespace escalon::pk
