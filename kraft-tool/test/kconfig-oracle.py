"""Does with kconfiglib what `kraft kconfig` does: for each folder named on standard input all modes.

A folder has `Kconfig.option` and `config`; the results are written there as `kconfiglib.MODE`.
"""
import os
import sys

import kconfiglib
from kconfiglib import BOOL, HEX, INT, STRING, TRI_TO_STR, TRISTATE


def answer(kconf, mode):
    for sym in kconf.unique_defined_syms:
        if mode == "allyesconfig":
            sym.set_value(1 if sym.choice else 2)
        elif mode == "allnoconfig":
            sym.set_value(2 if sym.is_allnoconfig_y else 0)
        elif sym.orig_type == BOOL:
            if not sym.choice:
                sym.set_value(2)
        elif sym.orig_type == TRISTATE:
            sym.set_value(1)
    for choice in kconf.unique_choices:
        if mode == "allyesconfig":
            choice.set_value(2)
        elif mode == "allmodconfig":
            choice.set_value(2 if choice.orig_type == BOOL else 1)


def new_symbols(kconf):
    lines = []
    for sym in kconf.unique_defined_syms:
        if sym.user_value is not None:
            continue
        plain = sym.orig_type in (INT, HEX, STRING) or sym.choice
        if len(sym.assignable) > 1 or (sym.visibility and plain):
            if sym.orig_type in (BOOL, TRISTATE):
                lines.append("CONFIG_%s=%s\n" % (sym.name, TRI_TO_STR[sym.tri_value]))
            else:
                lines.append(sym.config_string)
    return "".join(lines)


def run(modes):
    kconf = kconfiglib.Kconfig("Kconfig.option", warn=False)
    header = "#\n# Automatically generated file; DO NOT EDIT.\n# %s\n#\n" % kconf.mainmenu_text
    for mode in modes:
        path = "kconfiglib." + mode
        kconf.unset_values()
        if mode in ("allyesconfig", "allnoconfig", "allmodconfig"):
            answer(kconf, mode)
        elif mode != "alldefconfig":
            kconf.load_config("config")
        if mode == "savedefconfig":
            kconf.write_min_config(path, header="")
        elif mode == "listnewconfig":
            with open(path, "w") as out:
                out.write(new_symbols(kconf))
        else:
            kconf.write_config(path, header=header, save_old=False)


def main():
    modes = sys.argv[1:]
    start = os.getcwd()
    for line in sys.stdin:
        os.chdir(os.path.join(start, line.strip()))
        try:
            run(modes)
        except kconfiglib.KconfigError as error:
            with open("kconfiglib.error", "w") as out:
                out.write(str(error))
        os.chdir(start)


main()
