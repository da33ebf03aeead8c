--[[
Tweedie for darktable: restores exported photographs and imports the results beside their originals.

Install: copy this file to ~/.config/darktable/lua/contrib/, add `require "contrib/tweedie"` to
~/.config/darktable/luarc, and start darktable again. The program `tweedie` has to be on the PATH, or
named in the storage's options.

Use: choose "Restore with Tweedie" as the target storage of the export module and TIFF with 16 bits as
the format. The damage is written as for `tweedie restore --operator`. For `inpaint`, a mask of the
exported picture's size has to lie beside the original, with the original's name, the suffix _mask and
the ending .png; a photo without one is passed over and named.

A restoration samples new pixels where the photo is damaged; they are plausible, not known. It takes
from seconds to many minutes per photo, and darktable waits meanwhile.
]]

local dt = require "darktable"

local MODULE = "tweedie"
local SUFFIX = "_mask.png"

dt.configuration.check_version(..., { 7, 0, 0 }, { 8, 0, 0 }, { 9, 0, 0 })

local function preference(name, default)
  local value = dt.preferences.read(MODULE, name, "string")
  if value == nil or value == "" then
    return default
  end
  return value
end

local program = dt.new_widget("entry") {
  tooltip = "the program: a name on the PATH, or a whole path",
  text = preference("program", "tweedie"),
}
local operator = dt.new_widget("entry") {
  tooltip = "what happened to the photo, such as inpaint, gaussian-blur:std=1.5 or bicubic:factor=2",
  text = preference("operator", "inpaint"),
}
local noise = dt.new_widget("entry") {
  tooltip = "the noise level on the range [-1, 1]: 0.02 for a clean photo",
  text = preference("noise", "0.02"),
}
local preset = dt.new_widget("combobox") {
  label = "work",
  tooltip = "how much work to spend on each photo",
  value = 2,
  "fast", "balanced", "best",
}

local options = dt.new_widget("box") {
  orientation = "vertical",
  dt.new_widget("label") { label = "program" }, program,
  dt.new_widget("label") { label = "what happened" }, operator,
  dt.new_widget("label") { label = "noise level" }, noise,
  preset,
}

-- One argument of a command line, whatever is in it.
local function quoted(text)
  if dt.configuration.running_os == "windows" then
    return '"' .. text:gsub('"', '') .. '"'
  end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function is_there(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

-- Name and ending apart: a/b.tif gives a/b and tif.
local function parts(path)
  local stem, ending = path:match("^(.*)%.([^./\\]+)$")
  return stem or path, ending or ""
end

-- A name beside the original that is not taken yet.
local function free_name(image, ending)
  local stem = parts(image.filename)
  local base = image.path .. "/" .. stem .. "_restored"
  local path, number = base .. "." .. ending, 1
  while is_there(path) do
    path = string.format("%s_%02d.%s", base, number, ending)
    number = number + 1
  end
  return path
end

-- The command that restores one exported file in place; nil and the reason if it cannot be.
local function command(image, exported)
  local words = {
    quoted(program.text), "restore", quoted(exported), "--in-place",
    "--operator", quoted(operator.text), "--noise", quoted(noise.text), "--preset", preset.value,
  }
  if operator.text:find("inpaint", 1, true) then
    local mask = image.path .. "/" .. parts(image.filename) .. SUFFIX
    if not is_there(mask) then
      return nil, "there is no mask " .. mask
    end
    table.insert(words, "--mask")
    table.insert(words, quoted(mask))
  end
  return table.concat(words, " ")
end

local function move(from, to)
  if os.rename(from, to) then
    return true
  end
  -- Another disk: copied, then removed.
  local source = io.open(from, "rb")
  local target = source and io.open(to, "wb")
  if not target then
    return false
  end
  target:write(source:read("*a"))
  source:close()
  target:close()
  os.remove(from)
  return true
end

local function restore(image, exported)
  local call, reason = command(image, exported)
  if not call then
    return nil, reason
  end
  dt.print_log("tweedie: " .. call)
  if dt.control.execute(call) ~= 0 then
    return nil, "tweedie refused it; start darktable in a terminal to read why"
  end
  local _, ending = parts(exported)
  local target = free_name(image, ending)
  if not move(exported, target) then
    return nil, "the result cannot be written to " .. target
  end
  return target
end

local function remember()
  dt.preferences.write(MODULE, "program", "string", program.text)
  dt.preferences.write(MODULE, "operator", "string", operator.text)
  dt.preferences.write(MODULE, "noise", "string", noise.text)
end

-- Called for every exported file.
local function store(_, _, _, _, number, total)
  dt.print(string.format("Tweedie: exported %d of %d", number, total))
end

-- Called with all exported files: original -> temporary file.
local function finalize(_, exported)
  remember()
  local done, failed = 0, 0
  for image, file in pairs(exported) do
    local result, reason = restore(image, file)
    if result then
      dt.database.import(result)
      done = done + 1
    else
      os.remove(file)
      dt.print_error(image.filename .. ": " .. reason)
      dt.print(image.filename .. ": " .. reason)
      failed = failed + 1
    end
  end
  dt.print(string.format("Tweedie: %d restored, %d not", done, failed))
end

-- Pictures that Tweedie reads and writes back in place with every bit.
local function supported(_, format)
  local kind = string.lower(format.name)
  return kind:match("tiff") ~= nil or kind:match("png") ~= nil
end

dt.register_storage(MODULE, "Restore with Tweedie", store, finalize, supported, nil, options)
