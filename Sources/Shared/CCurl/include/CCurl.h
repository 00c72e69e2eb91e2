#ifndef DASH_CCURL_H
#define DASH_CCURL_H
#include <curl/curl.h>
#endif
