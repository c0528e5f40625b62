#include "recorder/site_patcher.h"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace mecrr {
namespace {

constexpr std::uint64_t kSyscallBytes = 2;

void add_patch(const Patch& patch, SitePatcher::Patches& patches) {
  pb::Patch& message = *patches.Add();
  message.set_site(patch.site.value());
  message.set_code(as_chars(patch.code), patch.code.size());
  message.set_stub(patch.stub.value());
  message.set_stub_code(as_chars(patch.stub_code), patch.stub_code.size());
}

}  // namespace

Result<void> SitePatcher::patch_behind(RemoteAddress back, StoppedTask& task, Space& space,
                                       Patches& patches) {
  TRY(patch_met(task, space, patches));
  const RemoteAddress call = back - kSyscallBytes;
  if (!space.seen_calls.insert(call).second) return {};
  const std::vector<BackedMapping> shown = space.backed.in({call, 1});
  if (shown.empty() || shown.front().object) {
    ++stats_->unpatched_sites["code of no file"];
    return {};
  }
  const BackedMapping& code = shown.front();
  const CallSite* site = contents_->use_call_site(code.content, code.offset);
  if (site != nullptr) return patch(*site, call, task, space, patches);
  ++stats_->unpatched_sites["nothing is known of the code"];
  return {};
}

void SitePatcher::use_cpuid(RemoteAddress at, const Space& space) {
  const std::vector<BackedMapping> shown = space.backed.in({at, 1});
  if (shown.empty() || shown.front().object) return;
  contents_->use_call_site(shown.front().content, shown.front().offset);
}

void SitePatcher::use_counter(RemoteAddress at, Space& space) {
  if (!space.cpuid || !space.seen_calls.insert(at).second) return;
  space.met_counters.push_back(at);
}

/// Others than the one task, which is at a call, could be between the instructions of a window.
Result<void> SitePatcher::patch_met(StoppedTask& task, Space& space, Patches& patches) {
  if (space.met_counters.empty() || space.tasks != 1) return {};
  for (const RemoteAddress at : std::exchange(space.met_counters, {})) {
    const std::vector<BackedMapping> shown = space.backed.in({at, 1});
    if (shown.empty() || shown.front().object) continue;
    const CallSite* site = contents_->use_call_site(shown.front().content, shown.front().offset);
    if (site != nullptr) TRY(patch(*site, at, task, space, patches));
  }
  return {};
}

Result<void> SitePatcher::patch_mapping(const pb::Mapping& mapping, StoppedTask& task, Space& space,
                                        Patches& patches) {
  if (!mapping.has_content() || (mapping.protection() & PROT_EXEC) == 0) return {};
  const std::uint64_t offset = mapping.content().offset();
  const ContentId content(mapping.content().content());
  if (space.cpuid && contents_->is_cheap_to_plan(content)) {
    for (const std::uint64_t trap : mapping.trap()) {
      if (is_plain_cpuid(space.traps.at(RemoteAddress(trap))))
        contents_->use_call_site(content, offset + (trap - mapping.start()));
    }
    contents_->use_counters(content);
  }
  for (const CallSite* site : contents_->used_call_sites(
           content, {.offset = offset, .size = mapping.content().valid(), .executable = true})) {
    const RemoteAddress call = RemoteAddress(mapping.start()) + (site->offset - offset);
    space.seen_calls.insert(call);
    TRY(patch(*site, call, task, space, patches));
  }
  return {};
}

Result<void> SitePatcher::patch(const CallSite& site, RemoteAddress call, StoppedTask& task,
                                Space& space, Patches& patches) {
  if (!site.window) {
    ++stats_->unpatched_sites[text(site.window.error())];
    return {};
  }
  const ByteView original = site.window->code();
  const RemoteAddress start(site.window->start(call.value()));
  Bytes found(original.size());
  TRY(task.read(start, found));
  const bool is_original = equal(found, original);  // else the program has changed it
  const auto patch = is_original ? TRY(task.patch(*site.window, start)) : std::nullopt;
  if (!patch) {
    ++stats_->unpatched_sites[is_original ? text(PatchRefusal::kOutOfReach) : "changed code"];
    return {};
  }
  ++stats_->patched_sites;
  space.patches[start] = Bytes(original.begin(), original.end());
  add_patch(*patch, patches);
  return {};
}

Result<void> restore_code(RemoteRange range, RemoteAddress now, StoppedTask& task, Space& space,
                          SitePatcher::Patches& patches) {
  for (auto at = space.patches.lower_bound(range.start);
       at != space.patches.end() && range.contains(at->first); at = space.patches.erase(at)) {
    const RemoteAddress site = now + (at->first - range.start);
    TRY(task.write(site, at->second));
    add_patch({.site = site, .code = at->second, .stub = {}, .stub_code = {}}, patches);
  }
  return {};
}

void hide_patches(const Space& space, RemoteAddress from, MutableBytes bytes) {
  for (const auto& [site, original] : space.patches) {
    for (std::size_t i = 0; i < original.size(); ++i) {
      const RemoteAddress at = site + i;
      if (at >= from && at - from < bytes.size()) bytes[at - from] = original[i];
    }
  }
}

}  // namespace mecrr
