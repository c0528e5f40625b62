// Rows of the call table against the kernel: what calls write is what their rows say. The cases are
// in real_calls/.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "device/calls/table.h"
#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {

static void PrintTo(const Case& what, std::ostream* out) { *out << what.name; }

namespace {

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::span<const Case> family :
       {file_cases(), path_cases(), waiting_cases(), socket_cases(), option_cases(), task_cases(),
        signal_cases(), time_cases(), ipc_cases(), system_cases(), terminal_cases(),
        interface_cases(), block_cases(), failing_cases()})
    cases.insert(cases.end(), family.begin(), family.end());
  return cases;
}

/// Letters, digits and underscores, which is what GoogleTest takes.
std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name(info.param.name);
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
}

class RealCalls : public testing::TestWithParam<Case> {};

TEST_P(RealCalls, WriteWhatTheirRowsSay) {
  const Findings findings = run(GetParam());
  for (const std::string& wrong : findings.wrong) ADD_FAILURE() << wrong;
  if (!findings.not_permitted.empty())
    GTEST_SKIP() << "not permitted here: " << findings.not_permitted.front();
}

INSTANTIATE_TEST_SUITE_P(Table, RealCalls, testing::ValuesIn(all_cases()), test_name);

bool same(const calls::Amount& a, const calls::Amount& b) {
  return a.measure == b.measure && a.argument == b.argument && a.width == b.width &&
         a.offset == b.offset && a.unit == b.unit && a.extra == b.extra;
}

bool writes_alike(const calls::Form& a, const calls::Form& b) {
  if (a.arity() != b.arity() || a.extra.effect != b.extra.effect) return false;
  for (std::size_t i = 0; i < a.arity(); ++i) {
    const calls::Argument& one = a.arguments[i];
    const calls::Argument& other = b.arguments[i];
    if (one.direction != other.direction || one.shape != other.shape || one.when != other.when ||
        !same(one.room, other.room) || !same(one.filled, other.filled))
      return false;
  }
  return true;
}

bool needs_to_be_seen(const calls::Form& form) {
  return form.writes_memory() && form.replay != calls::Replay::kRefuse;
}

/// Forms that need to be seen writing memory. A command that its call's own row describes stands
/// for that row: its name leads to the row's.
std::map<std::string, std::string> forms_that_write() {
  std::map<std::string, std::string> forms;
  for (const calls::Call* call : calls::all()) {
    if (needs_to_be_seen(*call)) forms.emplace(call->name, call->name);
    if (call->extra.commands == nullptr) continue;
    for (const calls::Command& command : call->extra.commands->rows) {
      if (!needs_to_be_seen(command)) continue;
      const std::string name = name_of(*call, command);
      forms.emplace(name, writes_alike(command, *call) ? std::string(call->name) : name);
    }
  }
  return forms;
}

TEST(RealCallsCoverage, EachRowThatWritesMemoryIsSeenToDoSoOrHasAReason) {
  const std::map<std::string, std::string> forms = forms_that_write();
  std::set<std::string> seen;
  for (const Case& what : all_cases()) {
    const Findings findings = run(what);
    if (!findings.not_permitted.empty())
      GTEST_SKIP() << "not permitted here: " << findings.not_permitted.front();
    for (const std::string& name : findings.written_by) seen.insert(forms.at(name));
    seen.insert(findings.lacking.begin(), findings.lacking.end());
  }
  std::map<std::string, std::string_view> reasons;
  for (const Exemption& exemption : exemptions()) reasons.emplace(exemption.form, exemption.reason);
  for (const auto& [name, form] : forms) {
    EXPECT_TRUE(seen.contains(form) || reasons.contains(form))
        << form << ": no case makes it write memory, and exempt.cpp gives no reason";
  }
  for (const auto& [form, reason] : reasons)
    EXPECT_TRUE(forms.contains(form)) << form << " is exempt, but is no row that writes memory";
}

}  // namespace
}  // namespace mecrr::real_calls
