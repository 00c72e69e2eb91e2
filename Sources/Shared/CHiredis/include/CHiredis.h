#ifndef DASH_CHIREDIS_H
#define DASH_CHIREDIS_H
#include <hiredis/hiredis.h>
#endif
