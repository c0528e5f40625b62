#include "device/calls/table.h"

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "device/calls/families.h"

namespace mecrr::calls {
namespace {

std::vector<const Call*> collect() {
  std::vector<const Call*> calls;
  for (const std::span<const Call> family :
       {file_calls(), path_calls(), wait_calls(), memory_calls(), process_calls(), signal_calls(),
        identity_calls(), socket_calls(), time_calls(), ipc_calls(), scheduling_calls(),
        system_calls(), absent_calls()}) {
    for (const Call& call : family) calls.push_back(&call);
  }
  std::sort(calls.begin(), calls.end(),
            [](const Call* a, const Call* b) { return a->number < b->number; });
  const auto twice =
      std::adjacent_find(calls.begin(), calls.end(),
                         [](const Call* a, const Call* b) { return a->number == b->number; });
  MECRR_CHECK(twice == calls.end(), "call {} has two rows", (*twice)->name);
  return calls;
}

std::vector<const Call*> index_by_number() {
  std::vector<const Call*> index(all().back()->number + 1, nullptr);
  for (const Call* call : all()) index[call->number] = call;
  return index;
}

Result<const Form*> form_by_command(const SystemCall& system_call, const Call& call) {
  const Commands& commands = *call.extra.commands;
  const std::uint64_t value = commands.value_in(system_call.arguments);
  if (const Command* command = commands.find(value)) return command;
  if (commands.describe != nullptr) {
    if (const Form* form = commands.describe(value)) return form;
  }
  if (commands.unknown == Unknown::kIsRow) return &call;
  return fail_with_code(commands.unknown_error, "{}: command {:#x} is not in the call table",
                        call.name, value);
}

}  // namespace

const std::vector<const Call*>& all() {
  static const std::vector<const Call*> calls = collect();
  return calls;
}

const Call* find(std::uint32_t number) {
  static const std::vector<const Call*> index = index_by_number();
  return number < index.size() ? index[number] : nullptr;
}

const Call* find(std::string_view name) {
  const auto found = std::find_if(all().begin(), all().end(),
                                  [&](const Call* call) { return call->name == name; });
  return found == all().end() ? nullptr : *found;
}

Result<const Form*> form_of(const SystemCall& system_call) {
  const Call* call = find(system_call.number);
  if (call == nullptr)
    return fail_with_code(ENOSYS, "call {} is not in the call table", system_call.number);
  if (call->extra.commands == nullptr) return call;
  return form_by_command(system_call, *call);
}

const Command* Commands::find(std::uint64_t value) const {
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), value,
                       [](const Command& row, std::uint64_t wanted) { return row.value < wanted; });
  return found != rows.end() && found->value == value ? &*found : nullptr;
}

const Command* Commands::find(std::string_view name) const {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Command& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace mecrr::calls
